import Bytes

/// Finds numbers by a parent and bytes, in one probe whatever the number of entries: the edges of a trie, flat.
///
/// Open addressing over arrays. The hash needs no key: the entries are the configuration's own, so nobody outside can
/// lengthen a probe.
struct ByteTable: Sendable {
    private struct Entry {
        let parent: UInt32
        let start: UInt32
        let count: UInt32
        let value: UInt32
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// One past the index of an entry, zero for a free slot.
    private var slots: [UInt32] = [0, 0, 0, 0]

    /// What the hash of every key starts from.
    static func seed(_ parent: UInt32) -> UInt64 {
        (0xCBF2_9CE4_8422_2325 ^ UInt64(parent)) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The hash with one more byte (FNV-1a).
    @inline(__always)
    static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// The value of `key` under `parent`; `hash` is that of both.
    @inline(__always)
    func find(_ key: Span<UInt8>, parent: UInt32, hash: UInt64) -> UInt32? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot] - 1)]
            if entry.parent == parent, Int(entry.count) == key.count, equals(key, at: Int(entry.start)) {
                return entry.value
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The value of `key` under `parent`.
    func find(_ key: Span<UInt8>, parent: UInt32) -> UInt32? {
        find(key, parent: parent, hash: Self.hash(key, parent: parent))
    }

    /// Adds a key that is not there yet.
    mutating func insert(_ key: Span<UInt8>, parent: UInt32, value: UInt32) {
        if (entries.count + 1) * 2 > slots.count { grow() }
        entries.append(
            Entry(parent: parent, start: UInt32(bytes.count), count: UInt32(key.count), value: value))
        for index in key.indices { bytes.append(key[index]) }
        place(entries.count - 1, hash: Self.hash(key, parent: parent))
    }

    /// The most slots that finding any entry looks at: the longest run of taken slots.
    var longestProbe: Int {
        var longest = 0
        var run = 0
        for slot in slots + slots {
            run = slot == 0 ? 0 : run + 1
            longest = max(longest, run)
        }
        return longest
    }

    private static func hash(_ key: Span<UInt8>, parent: UInt32) -> UInt64 {
        var hash = seed(parent)
        for index in key.indices { hash = mix(hash, key[index]) }
        return hash
    }

    @inline(__always)
    private func equals(_ key: Span<UInt8>, at start: Int) -> Bool {
        for index in key.indices where key[index] != bytes[start + index] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            let end = Int(entry.start + entry.count)
            place(index, hash: Self.hash(bytes.span.extracting(Int(entry.start)..<end), parent: entry.parent))
        }
    }

    private mutating func place(_ index: Int, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(index + 1)
    }
}
