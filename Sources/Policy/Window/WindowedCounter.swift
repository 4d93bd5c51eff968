import Synchronization

/// A sliding window that event loops count into at once, without a contended word: each loop has a ring of its own, of
/// which it is the only writer, and whoever asks for the sum reads all of them.
public final class WindowedCounter: Sendable {
    /// One loop's ring. A word is the bucket's number, above, and its count, below.
    private final class Ring: Sendable {
        let words: InlineArray<10, Atomic<UInt64>> = InlineArray { _ in Atomic(0) }
    }

    private let rings: [Ring]
    /// How time is divided.
    public let clock: WindowClock

    /// - Parameters:
    ///   - loops: how many loops count.
    ///   - clock: how time is divided.
    public init(loops: Int, clock: WindowClock) {
        rings = (0..<loops).map { _ in Ring() }
        self.clock = clock
    }

    /// Counts one event. Only the loop of that number may call it with that number.
    public func increment(loop: Int, now: Nanoseconds) {
        let bucket = clock.bucket(at: now)
        let ring = rings[loop]
        let index = clock.index(of: bucket)
        let word = ring.words[index].load(ordering: .relaxed)
        let isCurrent = UInt32(truncatingIfNeeded: word >> 32) == bucket
        let count = isCurrent ? UInt32(truncatingIfNeeded: word) : 0
        let next = count == .max ? count : count + 1
        ring.words[index].store(UInt64(bucket) << 32 | UInt64(next), ordering: .relaxed)
    }

    /// Events in the window, those of all loops.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - start: buckets before the one of this time are left out.
    public func count(now: Nanoseconds, since start: Nanoseconds = 0) -> Int {
        let current = clock.bucket(at: now)
        let oldest = (now / clock.width).elapsed(since: start / clock.width)
        var sum = 0
        for ring in rings {
            for index in ring.words.indices {
                let word = ring.words[index].load(ordering: .relaxed)
                guard let age = clock.age(of: UInt32(truncatingIfNeeded: word >> 32), at: current), age <= oldest else {
                    continue
                }
                sum += Int(UInt32(truncatingIfNeeded: word))
            }
        }
        return sum
    }
}
