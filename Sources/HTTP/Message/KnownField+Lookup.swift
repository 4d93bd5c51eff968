import Bytes

extension KnownField {
    /// For each length of a name, the first raw value whose name is at least that long.
    static let firstOfLength: InlineArray<34, UInt8> = [
        1, 1, 1, 2, 4, 10, 12, 17, 21, 24, 27, 32, 34, 36, 42, 45,
        50, 57, 63, 65, 68, 69, 71, 73, 73, 74, 75, 75, 76, 78, 80, 81,
        81, 82,
    ]

    /// The known field with this name in any case, or ``other``.
    public init(name: Span<UInt8>) {
        self = .other
        let length = name.count
        guard length > 0, length < Self.firstOfLength.count - 1 else { return }
        var candidate = Self.firstOfLength[length]
        let end = Self.firstOfLength[length + 1]
        while candidate < end {
            if let field = KnownField(rawValue: candidate), name.equalsIgnoringCase(field.name) {
                self = field
                return
            }
            candidate += 1
        }
    }
}
