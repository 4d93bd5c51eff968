import Bytes

/// The table that every HPACK peer has from the start (RFC 7541 Appendix A): its bytes in one block, and where the entries
/// lie in it.
struct StaticTable: Sendable {
    /// Where one entry lies, and what is known of it.
    struct Entry: Sendable {
        var name: ByteRange
        var value: ByteRange
        var facts: FieldFacts
    }

    /// How many entries there are; the dynamic table's indexes begin behind.
    static let count = 61

    private let bytes: [UInt8]
    private let entries: [Entry]
    /// For each ``FieldKey`` the index of the first entry with that name, zero when there is none.
    private let indexes: [UInt8]

    static let shared = StaticTable()

    private init() {
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        var indexes = [UInt8](repeating: 0, count: 256)
        for (name, value) in Self.fields {
            let start = UInt32(bytes.count)
            bytes += Array(name.utf8)
            let middle = UInt32(bytes.count)
            bytes += Array(value.utf8)
            let facts = FieldFacts(name: Array(name.utf8).span, value: Array(value.utf8).span)
            entries.append(
                Entry(
                    name: ByteRange(start: start, end: middle),
                    value: ByteRange(start: middle, end: UInt32(bytes.count)), facts: facts))
            let key = FieldKey(facts)
            if key != .other, indexes[Int(key.code)] == 0 { indexes[Int(key.code)] = UInt8(entries.count) }
        }
        precondition(entries.count == Self.count, "the static table has 61 entries")
        self.bytes = bytes
        self.entries = entries
        self.indexes = indexes
    }

    /// The entry at an index from 1 to ``count``.
    subscript(index: Int) -> Entry { entries[index - 1] }

    /// The bytes in which the entries lie.
    var block: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// Appends an entry's name to a buffer.
    func appendName(of entry: Entry, to buffer: inout ByteBuffer) {
        buffer.append(block.extracting(entry.name.range))
    }

    /// The index of the first entry with this name, zero when there is none.
    func index(of key: FieldKey) -> Int { Int(indexes[Int(key.code)]) }
}
