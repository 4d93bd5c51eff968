public import Bytes

/// The clock of deadlines, for code that is not on a loop; on a loop, `EventLoop.now` is the time.
public enum MonotonicClock {
    /// The time now.
    public static var now: Instant { Syscalls.monotonicNow() }
}
