import Bytes

/// The encoder's dynamic table with a way to find entries: two sets of chains through it, by name and by name and value.
///
/// A chain leads from an entry to the one before it with the same low bits of its hash. Nothing is ever taken out of a
/// chain: it ends where the table's oldest entry has passed.
struct EncoderTable: ~Copyable {
    /// What is kept with each entry.
    struct Note: Sendable {
        var key: FieldKey
        var nameHash: UInt32
        var fieldHash: UInt32
        /// The numbers of the next older entries in the two chains.
        var olderName: UInt32
        var olderField: UInt32
    }

    /// A field that is looked for, or added.
    struct Hashes {
        var name: UInt32
        var field: UInt32
    }

    private static let chainCount = 64
    /// How far a chain is followed; further, a literal is cheaper.
    private static let chainLimit = 8

    private var table: DynamicTable<Note>
    /// The numbers of the newest entries of each chain; empty until the first entry.
    private var names: [UInt32] = []
    private var fields: [UInt32] = []

    init(maximumSize: Int) {
        table = DynamicTable(maximumSize: maximumSize, limit: maximumSize)
    }

    /// What the entries may count together.
    var maximumSize: Int { table.maximumSize }

    /// Sets what the entries may count together.
    mutating func resize(to size: Int) { table.resize(to: size) }

    /// A name's hash.
    static func hash(_ key: FieldKey, name: Span<UInt8>) -> UInt32 {
        key == .other ? name.mixed(seed: 0) : UInt32(key.code) &* 0x9E37_79B1
    }

    /// The HPACK index of an entry with this name and value, nil when there is none. `name` matters for
    /// ``FieldKey/other`` only.
    func index(of key: FieldKey, name: Span<UInt8>, value: Span<UInt8>, hashes: Hashes) -> Int? {
        guard !fields.isEmpty else { return nil }
        var number = fields[Int(hashes.field) % Self.chainCount]
        for _ in 0..<Self.chainLimit {
            guard let index = table.index(ofNumber: number) else { return nil }
            let entry = table[index]
            if entry.note.fieldHash == hashes.field, entry.note.key == key,
                key != .other || table.name(of: entry).equals(name), table.value(of: entry).equals(value)
            {
                return StaticTable.count + 1 + index
            }
            number = entry.note.olderField
        }
        return nil
    }

    /// The HPACK index of an entry with this name, nil when there is none.
    func index(of key: FieldKey, name: Span<UInt8>, hash: UInt32) -> Int? {
        guard !names.isEmpty else { return nil }
        var number = names[Int(hash) % Self.chainCount]
        for _ in 0..<Self.chainLimit {
            guard let index = table.index(ofNumber: number) else { return nil }
            let entry = table[index]
            if entry.note.nameHash == hash, entry.note.key == key,
                key != .other || table.name(of: entry).equals(name)
            {
                return StaticTable.count + 1 + index
            }
            number = entry.note.olderName
        }
        return nil
    }

    /// Whether an entry with so many bytes is worth what it drives out.
    func admits(byteCount: Int) -> Bool {
        byteCount + DynamicTable<Note>.overhead <= table.maximumSize / 2
    }

    /// Adds an entry, which ``admits(byteCount:)`` has let pass.
    ///
    /// - Parameters:
    ///   - field: name and value, side by side.
    ///   - split: where the value begins.
    mutating func insert(_ key: FieldKey, _ field: borrowing ByteBuffer, split: Int, hashes: Hashes) {
        if names.isEmpty {
            // The number of an entry that never was.
            names = Array(repeating: .max, count: Self.chainCount)
            fields = names
        }
        let number = table.nextNumber
        let (nameChain, fieldChain) = (Int(hashes.name) % Self.chainCount, Int(hashes.field) % Self.chainCount)
        let note = Note(
            key: key, nameHash: hashes.name, fieldHash: hashes.field, olderName: names[nameChain],
            olderField: fields[fieldChain])
        table.insert(field, split: split, note: note)
        names[nameChain] = number
        fields[fieldChain] = number
    }
}
