import Bytes
import Reactor

/// Something that happens once, for tasks of one loop to wait for.
final class Latch {
    private let loop: EventLoop
    private var waiting: [Sleeper] = []
    /// Whether it has happened.
    private(set) var isOpen = false

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Lets everybody go on.
    func open() {
        isOpen = true
        for sleeper in waiting { sleeper.wake() }
    }

    /// Waits until it has happened, or until `deadline`; says whether it has.
    @discardableResult
    func wait(until deadline: Instant) async -> Bool {
        if isOpen { return true }
        let sleeper = Sleeper(loop: loop)
        waiting.append(sleeper)
        _ = await sleeper.sleep(until: deadline)
        waiting.removeAll { $0 === sleeper }
        return isOpen
    }
}

/// A number of things that all have to happen, for a task of the same loop to wait for.
final class Countdown {
    /// Open once all have happened.
    let zero: Latch
    private var count: Int

    init(_ count: Int, loop: EventLoop) {
        self.count = count
        zero = Latch(loop: loop)
        if count == 0 { zero.open() }
    }

    /// One of them has happened.
    func countDown() {
        count -= 1
        if count == 0 { zero.open() }
    }
}
