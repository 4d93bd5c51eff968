internal import Reactor

/// The HTTP/2 connections of one loop that have something to send. They send it together at the end of the loop's round,
/// so that frames of many streams share one record and one write.
final class FlushList {
    private var due: [H2Session] = []
    private var flushing: [H2Session] = []

    /// Made on the loop.
    init(loop: EventLoop) {
        loop.onRoundEnd { [self] in flush() }
    }

    func add(_ session: H2Session) {
        due.append(session)
    }

    private func flush() {
        if due.isEmpty { return }
        swap(&due, &flushing)
        for session in flushing { session.flush() }
        flushing.removeAll(keepingCapacity: true)
    }
}
