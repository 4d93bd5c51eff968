internal import Reactor

/// Streams of one loop that rest between exchanges, and the list of connections to be flushed.
final class H2StreamPool {
    let flushes: FlushList
    private let loop: EventLoop
    private var streams: [H2Stream] = []

    /// Made on the loop.
    init(loop: EventLoop) {
        self.loop = loop
        flushes = FlushList(loop: loop)
    }

    func lend() -> H2Stream { streams.popLast() ?? H2Stream(loop: loop) }

    func reclaim(_ stream: H2Stream) {
        if streams.count < 256 { streams.append(stream) }
    }
}
