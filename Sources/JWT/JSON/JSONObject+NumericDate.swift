import Bytes

extension JSONObject {
    /// A number as seconds since 1970 (RFC 7519 section 2), a fraction rounded up: whole seconds compare with it as they
    /// do with the fraction. Nil when the value is no number, or one that no date needs.
    func numericDate(_ value: JSONValue) -> Int64? {
        guard value.kind == .number else { return nil }
        let text = storage.span.extracting(value.range)
        if let whole = Self.whole(text) { return whole }
        guard let number = Double(text.text), number.magnitude <= 9_007_199_254_740_992 else { return nil }
        return Int64(number.rounded(.up))
    }

    /// The fast path: digits only, and few enough.
    private static func whole(_ text: Span<UInt8>) -> Int64? {
        guard text.count <= 15 else { return nil }
        var number: Int64 = 0
        for index in text.indices {
            guard ASCII.isDigit(text[index]) else { return nil }
            number = number * 10 + Int64(text[index] - 48)
        }
        return number
    }
}
