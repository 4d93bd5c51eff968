import Bytes

extension KnownField {
    /// For each hash the known field that has it, as raw value; zero for none. No two known names share a hash.
    private static let slots: InlineArray<256, UInt8> = {
        var slots = InlineArray<256, UInt8>(repeating: 0)
        for field in allCases where field != .other {
            let slot = field.name.withSpan { hash($0) }
            precondition(slots[slot] == 0, "two known fields with one hash: other factors are needed")
            slots[slot] = field.rawValue
        }
        return slots
    }()

    /// The known field with this name in any case, or ``other``.
    public init(name: Span<UInt8>) {
        self = .other
        guard name.count >= 2, let candidate = KnownField(rawValue: Self.slots[Self.hash(name)]),
            candidate != .other, name.equalsName(candidate.name)
        else { return }
        self = candidate
    }

    /// A hash of length and three bytes, with factors chosen such that the known names do not collide.
    private static func hash(_ name: Span<UInt8>) -> Int {
        let count = name.count
        let first = Int(name[0] | 0x20)
        let middle = Int(name[count / 2] | 0x20)
        let nearLast = Int(name[count - 2] | 0x20)
        return (count &* 103 &+ first &* 108 &+ middle &* 84 &+ nearLast &* 42) & 255
    }
}
