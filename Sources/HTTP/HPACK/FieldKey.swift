/// The name of a field in one byte, for the fields that are known or pseudo-fields; ``other`` for the rest.
struct FieldKey: Equatable, Sendable {
    let code: UInt8

    /// Any name that has no key of its own.
    static let other = FieldKey(KnownField.other)

    init(_ known: KnownField) {
        code = known.rawValue
    }

    /// Pseudo-fields are counted down from the end, where no known field is.
    init(_ pseudo: PseudoField) {
        code = .max - pseudo.rawValue
    }

    /// The name; empty for ``other``.
    var name: StaticString {
        if let known = KnownField(rawValue: code) { return known.name }
        return PseudoField(rawValue: .max - code)?.name ?? ""
    }

    init(_ facts: FieldFacts) {
        self = if let pseudo = facts.pseudo { FieldKey(pseudo) } else { FieldKey(facts.known) }
    }
}
