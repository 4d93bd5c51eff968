/// The number of a payment card, which has no business here: whoever stores one has to protect it as PCI DSS asks. Tokens of a
/// payment provider stand for it.
enum CardNumber {
    /// Why a text with one is refused, which does not repeat it.
    static let refusal = "looks like the number of a payment card; send a token of the payment provider instead"

    /// Digits in the shortest number of a card (ISO/IEC 7812-1). A longer text of digits could hide one.
    private static let shortest = 12

    /// Whether somewhere in `text` are as many digits in a row as the number of a card has, with or without spaces, dashes and
    /// dots between. The check digit is not asked: a number with a typing error is as secret.
    static func isLike(_ text: String) -> Bool {
        var digits = 0
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            if properties.numericType == .decimal {
                digits += 1
                if digits >= shortest { return true }
                continue
            }
            switch properties.generalCategory {
            case .dashPunctuation, .spaceSeparator, .format: continue
            default: if scalar != ".", !properties.isWhitespace { digits = 0 }
            }
        }
        return false
    }
}

/// A telephone number as it is dialled from abroad (ITU-T E.164), which may be as long as the number of a card.
enum TelephoneNumber {
    /// Whether `text` is a plus sign and 7 to 15 digits, with spaces, dashes, dots and parentheses.
    static func isInternational(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "+") else { return false }
        let isMadeOfThem = text.utf8.dropFirst().allSatisfy { isDigit($0) || " -.()".utf8.contains($0) }
        return isMadeOfThem && (7...15).contains(text.utf8.count(where: isDigit))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
