import Bytes

/// Decodes the field blocks of one direction of a connection (RFC 7541), in the order in which they came.
///
/// Work and memory are bounded by the bytes of a block: nothing is stored per index, and a string decodes to at most 8/5
/// of its length. How large the *list* of fields may get is for the sink to bound. After an error the decoder is not to be
/// used again.
///
/// ```
///   block --> instruction --> index --------------------------+--> sink
///                         --> literal --> Huffman --> facts --+
///                         --> size                 `--> dynamic table
/// ```
public struct HPACKDecoder: ~Copyable {
    /// The size that both sides start with (RFC 9113 section 6.5.2).
    public static let initialTableSize = 4096

    private var table: DynamicTable<FieldFacts>
    /// What the peer may set the table's size to.
    private let sizeLimit: Int
    /// Name and value of the literal at hand, side by side.
    private var literal = ByteBuffer()
    private let staticTable = StaticTable.shared
    private let huffman = HuffmanCode.shared

    /// - Parameter tableSize: the SETTINGS_HEADER_TABLE_SIZE that is announced to the peer, in bytes, at most 16 MiB. One
    ///   below the initial size of 4096 takes effect when the peer says so, for it may send before it has heard of it.
    public init(tableSize: Int = HPACKDecoder.initialTableSize) {
        sizeLimit = max(tableSize, Self.initialTableSize)
        table = DynamicTable(maximumSize: Self.initialTableSize, limit: sizeLimit)
    }

    /// Decodes one whole field block.
    public mutating func decode<Sink: HPACKSink & ~Copyable>(
        _ block: Span<UInt8>, into sink: inout Sink
    ) throws(HPACKError) {
        var position = 0
        while position < block.count, block[position] & 0xE0 == 0x20 {
            let size = try HPACKInteger.read(block, at: &position, prefix: 5)
            guard size <= sizeLimit else { throw .sizeUpdateTooLarge }
            table.resize(to: size)
        }
        while position < block.count {
            let first = block[position]
            if first & 0x80 != 0 {
                try emitEntry(at: HPACKInteger.read(block, at: &position, prefix: 7), into: &sink)
            } else if first & 0x40 != 0 {
                let (split, facts) = try readLiteral(block, at: &position, prefix: 6)
                emitLiteral(split, facts, into: &sink)
                table.insert(literal, split: split, note: facts)
            } else if first & 0x20 != 0 {
                throw .lateSizeUpdate
            } else {
                var (split, facts) = try readLiteral(block, at: &position, prefix: 4)
                facts.isSensitive = first & 0x10 != 0
                emitLiteral(split, facts, into: &sink)
            }
        }
        // One long value must not cost an idle connection its memory.
        if literal.capacity > 1024 { literal.releaseStorage() }
    }

    @inline(__always)
    private func emitEntry<Sink: HPACKSink & ~Copyable>(at index: Int, into sink: inout Sink) throws(HPACKError) {
        if index > StaticTable.count {
            guard index - StaticTable.count <= table.count else { throw .badIndex }
            let entry = table[index - StaticTable.count - 1]
            sink.receive(name: table.name(of: entry), value: table.value(of: entry), facts: entry.note)
        } else {
            guard index > 0 else { throw .badIndex }
            let entry = staticTable[index]
            let bytes = staticTable.block
            sink.receive(
                name: bytes.extracting(entry.name.range), value: bytes.extracting(entry.value.range),
                facts: entry.facts)
        }
    }

    @inline(__always)
    private func emitLiteral<Sink: HPACKSink & ~Copyable>(
        _ split: Int, _ facts: FieldFacts, into sink: inout Sink
    ) {
        let bytes = literal.readable
        sink.receive(name: bytes.extracting(..<split), value: bytes.extracting(split...), facts: facts)
    }

    /// Reads a literal field into ``literal`` (RFC 7541 section 6.2).
    ///
    /// - Returns: where its value begins, and what is known of it.
    private mutating func readLiteral(
        _ block: Span<UInt8>, at position: inout Int, prefix: Int
    ) throws(HPACKError) -> (split: Int, facts: FieldFacts) {
        literal.removeAll()
        let index = try HPACKInteger.read(block, at: &position, prefix: prefix)
        guard index > 0 else {
            try readString(block, at: &position)
            let split = literal.count
            try readString(block, at: &position)
            let bytes = literal.readable
            return (split, FieldFacts(name: bytes.extracting(..<split), value: bytes.extracting(split...)))
        }
        let namesake = try appendName(at: index)
        let split = literal.count
        try readString(block, at: &position)
        let bytes = literal.readable
        return (
            split, FieldFacts(name: bytes.extracting(..<split), of: namesake, value: bytes.extracting(split...))
        )
    }

    /// Appends the name of an entry to ``literal`` and returns what is known of the entry.
    private mutating func appendName(at index: Int) throws(HPACKError) -> FieldFacts {
        if index <= StaticTable.count {
            let entry = staticTable[index]
            staticTable.appendName(of: entry, to: &literal)
            return entry.facts
        }
        guard index - StaticTable.count <= table.count else { throw .badIndex }
        let entry = table[index - StaticTable.count - 1]
        table.appendName(of: entry, to: &literal)
        return entry.note
    }

    /// Appends a string to ``literal`` (RFC 7541 section 5.2).
    private mutating func readString(_ block: Span<UInt8>, at position: inout Int) throws(HPACKError) {
        guard position < block.count else { throw .truncated }
        let isCoded = block[position] & 0x80 != 0
        let length = try HPACKInteger.read(block, at: &position, prefix: 7)
        guard length <= block.count - position else { throw .truncated }
        let string = block.extracting(position..<position + length)
        position += length
        if isCoded { try huffman.decode(string, to: &literal) } else { literal.append(string) }
    }
}
