internal import Glibc

/// The event loops of the process, one thread each.
public struct EventLoopGroup: Sendable {
    /// The loops; `loops[i].index == i`.
    public let loops: [EventLoop]

    /// Makes `count` loops that are not running yet.
    public init(count: Int) throws(SystemError) {
        precondition(count > 0)
        var loops: [EventLoop] = []
        for index in 0..<count { loops.append(try EventLoop(index: index)) }
        self.loops = loops
    }

    /// How many processors this process may run on.
    public static var availableProcessors: Int { Syscalls.availableProcessors() }

    /// Starts every loop on a thread of its own.
    public func start() {
        for loop in loops { loop.start() }
    }

    /// Stops every loop after its current round.
    public func stop() {
        for loop in loops { loop.stop() }
    }
}
