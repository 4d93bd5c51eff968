/// Which pseudo-fields a head has had.
struct PseudoFieldSet {
    private var bits: UInt8 = 0

    func contains(_ field: PseudoField) -> Bool { bits & Self.bit(field) != 0 }

    /// Adds a pseudo-field.
    ///
    /// - Returns: false when it was there already.
    mutating func insert(_ field: PseudoField) -> Bool {
        defer { bits |= Self.bit(field) }
        return !contains(field)
    }

    private static func bit(_ field: PseudoField) -> UInt8 { 1 << field.rawValue }
}
