public import Bytes

/// Encodes the field blocks of one direction of a connection (RFC 7541), to be sent in the order in which they are made.
///
/// Strings are Huffman-coded where that is shorter. Which fields enter the table is decided by what they are: see
/// ``FieldIndexing``.
public struct HPACKEncoder: ~Copyable {
    private var table = EncoderTable(maximumSize: HPACKDecoder.initialTableSize)
    /// The smallest size that the table had to take since the last block, nil when it has not changed.
    private var smallestSize: Int?
    /// The name at hand in lower case, for a field without a key or one whose name is sent; its value follows when it enters
    /// the table.
    private var name = ByteBuffer()
    private let staticTable = StaticTable.shared
    private let huffman = HuffmanCode.shared

    /// An encoder with an empty table.
    public init() {}

    /// Takes the peer's SETTINGS_HEADER_TABLE_SIZE, in bytes: the table keeps to it, and to 4096, from the next block on.
    public mutating func setPeerTableSize(_ size: Int) {
        let size = min(max(size, 0), HPACKDecoder.initialTableSize)
        guard size != table.maximumSize else { return }
        table.resize(to: size)
        smallestSize = min(smallestSize ?? size, size)
    }

    /// Starts a block: tells the peer of a new size of the table (RFC 7541 section 4.2).
    public mutating func startBlock(to output: inout ByteBuffer) {
        guard let smallest = smallestSize else { return }
        smallestSize = nil
        if smallest < table.maximumSize { HPACKInteger.append(smallest, prefix: 5, flags: 0x20, to: &output) }
        HPACKInteger.append(table.maximumSize, prefix: 5, flags: 0x20, to: &output)
    }

    /// Appends a field. The name is sent in lower case; one that is a pseudo-field's is the caller's to place.
    ///
    /// - Parameter isSensitive: whether the field is to enter no table, here or further on (RFC 7541 section 7.1.3).
    public mutating func append(
        name: Span<UInt8>, value: Span<UInt8>, isSensitive: Bool = false, to output: inout ByteBuffer
    ) {
        self.name.removeAll()
        for index in name.indices { self.name.append(ASCII.lowercased(name[index])) }
        append(.other, value: value, indexing: isSensitive ? .never : .learned, to: &output)
    }

    /// Appends a known field, whichever it is. ``KnownField/other`` has no name and must not be given.
    public mutating func append(
        _ known: KnownField, value: Span<UInt8>, isSensitive: Bool = false, to output: inout ByteBuffer
    ) {
        precondition(known != .other, "a field without a name")
        append(FieldKey(known), value: value, indexing: isSensitive ? .never : known.indexing ?? .never, to: &output)
    }

    /// Appends a pseudo-field.
    mutating func append(
        _ pseudo: PseudoField, value: Span<UInt8>, indexing: FieldIndexing, to output: inout ByteBuffer
    ) {
        append(FieldKey(pseudo), value: value, indexing: indexing, to: &output)
    }

    /// Appends a field that is an entry of the static table.
    mutating func append(staticIndex index: Int, to output: inout ByteBuffer) {
        HPACKInteger.append(index, prefix: 7, flags: 0x80, to: &output)
    }

    /// Appends the field with this key, or the one whose name is at hand (RFC 7541 section 6).
    @inline(__always)
    private mutating func append(
        _ key: FieldKey, value: Span<UInt8>, indexing: FieldIndexing, to output: inout ByteBuffer
    ) {
        let nameHash = EncoderTable.hash(key, name: name.readable)
        var hashes = EncoderTable.Hashes(name: nameHash, field: 0)
        if indexing == .always || indexing == .learned {
            hashes.field = value.mixed(seed: nameHash)
            if let index = table.index(of: key, name: name.readable, value: value, hashes: hashes) {
                HPACKInteger.append(index, prefix: 7, flags: 0x80, to: &output)
                return
            }
        }
        appendLiteral(key, value: value, indexing: indexing, hashes: hashes, to: &output)
    }

    /// Appends a literal, which enters the table or does not (RFC 7541 section 6.2).
    private mutating func appendLiteral(
        _ key: FieldKey, value: Span<UInt8>, indexing: FieldIndexing, hashes: EncoderTable.Hashes,
        to output: inout ByteBuffer
    ) {
        var nameIndex = staticTable.index(of: key)
        if nameIndex == 0 { nameIndex = table.index(of: key, name: name.readable, hash: hashes.name) ?? 0 }
        let isNew =
            switch indexing {
            case .always: true
            case .learned, .nameOnly: nameIndex == 0
            case .never: false
            }
        if key != .other, isNew || nameIndex == 0 {
            name.removeAll()
            name.append(key.name)
        }
        let enters = isNew && table.admits(byteCount: name.count + value.count)
        if enters {
            HPACKInteger.append(nameIndex, prefix: 6, flags: 0x40, to: &output)
        } else {
            HPACKInteger.append(nameIndex, prefix: 4, flags: indexing == .never ? 0x10 : 0, to: &output)
        }
        if nameIndex == 0 { appendString(name.readable, to: &output) }
        appendString(value, to: &output)
        if enters {
            let split = name.count
            name.append(value)
            table.insert(key, name, split: split, hashes: hashes)
        }
    }

    /// Appends a string (RFC 7541 section 5.2).
    private func appendString(_ string: Span<UInt8>, to output: inout ByteBuffer) {
        let length = huffman.encodedLength(string)
        if length < string.count {
            HPACKInteger.append(length, prefix: 7, flags: 0x80, to: &output)
            huffman.encode(string, length: length, to: &output)
        } else {
            HPACKInteger.append(string.count, prefix: 7, flags: 0, to: &output)
            output.append(string)
        }
    }
}
