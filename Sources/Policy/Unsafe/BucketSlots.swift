import Glibc
import Synchronization

/// The memory of a `TokenBucketTable`: pairs of a key and a time, each pair replaced as one 128-bit word.
///
/// It comes from `calloc`, which takes large tables from the kernel as untouched zero pages: slots that were never
/// used cost nothing. Words of a pair are also read one by one, which may tear; whoever writes proves with
/// `exchange` that nothing changed since.
@safe
struct BucketSlots: ~Copyable, @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let slots: UnsafeMutablePointer<Atomic<WordPair>>
    private let words: UnsafeMutablePointer<Atomic<UInt>>

    /// Slots are looked at a cache line at a time.
    private static let lineSize = 64

    init(count: Int) {
        guard let memory = unsafe calloc(count + Self.lineSize / 16, 16) else { fatalError("out of memory") }
        unsafe self.memory = memory
        let aligned = unsafe memory.alignedUp(toMultipleOf: Self.lineSize)
        unsafe slots = aligned.assumingMemoryBound(to: Atomic<WordPair>.self)
        unsafe words = aligned.assumingMemoryBound(to: Atomic<UInt>.self)
    }

    deinit {
        unsafe free(memory)
    }

    /// The key in a slot, zero when the slot was never used.
    func key(_ slot: Int) -> UInt64 {
        UInt64(unsafe words[slot * 2].load(ordering: .acquiring))
    }

    /// The time in a slot.
    func time(_ slot: Int) -> UInt64 {
        UInt64(unsafe words[slot * 2 + 1].load(ordering: .acquiring))
    }

    /// Replaces the pair if it still is `expected`.
    func exchange(_ slot: Int, expected: (key: UInt64, time: UInt64), desired: (key: UInt64, time: UInt64)) -> Bool {
        unsafe slots[slot].compareExchange(
            expected: WordPair(first: UInt(expected.key), second: UInt(expected.time)),
            desired: WordPair(first: UInt(desired.key), second: UInt(desired.time)),
            ordering: .acquiringAndReleasing
        ).exchanged
    }
}
