import Synchronization

/// Token buckets of many keys in fixed memory, shared by all event loops without a lock.
///
/// The table is set-associative: a key's hash names a set of eight slots, two cache lines, and a slot is one key and
/// its theoretical arrival time. A take reads the set and replaces one slot by a single 128-bit compare-and-exchange,
/// so that a bucket is charged exactly once for every request that passed, however many loops charge it.
///
/// A new key takes the slot with the earliest time, the lowest of equals: an unused one first, then the bucket that has
/// been full for longest, whose loss loses nothing; only a set of eight buckets that are all in debt loses the one
/// closest to full. Two loops that insert the same key choose the same slot: times only grow, so if their choices
/// differed, one would have seen a slot change and its exchange would fail. Evicting a bucket in debt may break that
/// rule in a race and give the key one more burst; everything else is exact.
///
/// The policy comes with each take, so one table serves all limits and outlives reloads. Limits that differ, in what
/// they count or in their policy, must hash their keys with different seeds.
public final class TokenBucketTable: Sendable {
    private let slots: BucketSlots
    private let setMask: UInt64
    private let used = Atomic<Int>(0)

    private static let ways = 8
    /// Keys that a table holds if not told otherwise.
    public static let defaultCapacity = 65_536

    /// The most keys that the table holds.
    public let capacity: Int

    /// - Parameter capacity: the most keys, rounded up to eight times a power of two.
    public init(capacity: Int = TokenBucketTable.defaultCapacity) {
        precondition(capacity > 0 && capacity <= 1 << 32, "a table holds between one and four billion keys")
        let wanted = (capacity + Self.ways - 1) / Self.ways
        let sets = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
        setMask = UInt64(sets - 1)
        self.capacity = sets * Self.ways
        slots = BucketSlots(count: sets * Self.ways)
    }

    /// How many slots hold a key. Keys stay until another needs the slot.
    public var keyCount: Int { used.load(ordering: .relaxed) }

    /// Takes `cost` tokens from the bucket of a key if it holds them.
    ///
    /// - Parameters:
    ///   - key: a keyed 64-bit hash of what is limited, so that nobody outside can choose keys that collide.
    ///   - policy: the rate and burst.
    ///   - now: the monotonic time.
    ///   - cost: tokens that the request takes.
    public func take(key: UInt64, policy: RateLimitPolicy, now: Nanoseconds, cost: UInt64 = 1) -> Admission {
        let key = key == 0 ? 1 : key
        let ticks = RateLimitPolicy.ticks(at: now)
        let first = Int(truncatingIfNeeded: (key >> 32) & setMask) * Self.ways
        while true {
            let found = slot(of: key, first: first)
            let isOwn = found.key == key
            let decision = policy.decide(arrival: isOwn ? found.time : 0, now: ticks, cost: cost)
            if !decision.admission.allowed {
                // Nothing is written, so look again whether time and key belonged together.
                if !isOwn || slots.time(found.slot) == found.time { return decision.admission }
                continue
            }
            let charged = (key: key, time: decision.arrival)
            if slots.exchange(found.slot, expected: (found.key, found.time), desired: charged) {
                if found.key == 0 { used.add(1, ordering: .relaxed) }
                return decision.admission
            }
        }
    }

    /// The slot of a key in the set that starts at `first`, or the one that it shall take.
    private func slot(of key: UInt64, first: Int) -> (slot: Int, key: UInt64, time: UInt64) {
        var oldest = (slot: first, key: UInt64(0), time: UInt64.max)
        for slot in first..<first + Self.ways {
            // The time first: a slot that is not ours when its key is read had that time when it was not ours either.
            // The other way round, a slot that another loop just took for our key would look like a young stranger.
            let time = slots.time(slot)
            let other = slots.key(slot)
            if other == key { return (slot, other, time) }
            if time < oldest.time { oldest = (slot, other, time) }
            // Slots fill in order and are never emptied: behind an unused one there is nothing.
            if other == 0 { break }
        }
        return oldest
    }
}
