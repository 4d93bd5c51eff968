import Bytes

/// What is known of a field without another look at its bytes.
///
/// The tables keep it with each entry, so that a field which comes again and again is looked up and checked once.
public struct FieldFacts: Sendable {
    /// Which known field it is.
    public private(set) var known = KnownField.other
    /// Whether the sender asks every hop to send the field as a literal that enters no table (RFC 7541 section 6.2.3).
    public internal(set) var isSensitive = false
    /// Which pseudo-field it is, if one.
    private(set) var pseudo: PseudoField?
    /// What makes every message with this field malformed, nil when nothing does.
    private(set) var flaw: H2Malformed?

    /// Looks at a field.
    init(name: Span<UInt8>, value: Span<UInt8>) {
        if !name.isEmpty, name[0] == Byte.colon {
            pseudo = PseudoField(name)
            if pseudo == nil { flaw = .unknownPseudoField }
        } else if FieldSyntax.isLowercaseToken(name) {
            known = KnownField(name: name)
        } else {
            flaw = .badFieldName
        }
        if flaw == nil { flaw = flaw(of: value) }
    }

    /// Looks at the value of a field whose name is that of another.
    init(name: Span<UInt8>, of other: FieldFacts, value: Span<UInt8>) {
        self = other
        isSensitive = false
        // A flaw may be that of the other's value.
        flaw = other.flaw == nil ? flaw(of: value) : FieldFacts(name: name, value: value).flaw
    }

    /// What is wrong with the value, or with any value of this field (RFC 9113 sections 8.2.1 and 8.2.2).
    private func flaw(of value: Span<UInt8>) -> H2Malformed? {
        switch known {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade: return .connectionField
        case .te where !value.equalsIgnoringCase("trailers"): return .badTE
        default: break
        }
        if value.isEmpty { return nil }
        let (first, last) = (value[0], value[value.count - 1])
        let isPadded = first == Byte.space || first == Byte.tab || last == Byte.space || last == Byte.tab
        return isPadded || !FieldSyntax.isValue(value) ? .badFieldValue : nil
    }
}

extension FieldSyntax {
    /// Bit per byte from 64: ``highTokens`` without `A` to `Z`.
    private static let highLowercaseTokens = highTokens & ~0x07FF_FFFE

    /// Whether the bytes are a token without capitals, as names are in HTTP/2 (RFC 9113 section 8.2.1).
    static func isLowercaseToken(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            let word = byte & 64 == 0 ? lowTokens : highLowercaseTokens
            guard byte < 128, (word &>> UInt64(byte & 63)) & 1 == 1 else { return false }
        }
        return !bytes.isEmpty
    }
}
