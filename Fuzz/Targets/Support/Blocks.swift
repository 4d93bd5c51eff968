/// Blocks of bytes, each behind a byte that says what it is and one that says how long: how inputs carry several.
struct Blocks: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    /// Reads the blocks in `bytes`; the last one may be shorter than it says.
    init(_ bytes: some Sequence<UInt8>) {
        rest = ArraySlice(bytes)
    }

    mutating func next() -> (kind: UInt8, bytes: [UInt8])? {
        guard rest.count >= 2 else { return nil }
        let kind = rest.removeFirst()
        let count = Int(rest.removeFirst())
        defer { rest = rest.dropFirst(count) }
        return (kind, Array(rest.prefix(count)))
    }
}
