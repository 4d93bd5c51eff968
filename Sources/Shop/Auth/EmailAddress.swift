import ServiceKit

/// An e-mail address as people type one.
enum EmailAddress {
    /// How many characters it has (RFC 5321 section 4.5.3.1.3).
    static let length = 3...254

    /// Whether mail could go there: something, an at sign, something with a dot inside. Only sending proves more.
    static func isValid(_ text: String) -> Bool {
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty, !text.contains(where: \.isWhitespace) else { return false }
        let labels = sides[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
    }
}

extension Form {
    /// An e-mail address.
    mutating func emailAddress(_ field: String) -> String {
        checkedAddress(text(field, EmailAddress.length), field)
    }

    /// The same, or nil when the field is missing.
    mutating func optionalEmailAddress(_ field: String) -> String? {
        optionalText(field, EmailAddress.length).map { checkedAddress($0, field) }
    }

    private mutating func checkedAddress(_ address: String, _ field: String) -> String {
        // A missing field was refused already, and what is refused first is told.
        if has(field), !EmailAddress.isValid(address) { refuse(field, "must be an e-mail address") }
        return address
    }
}
