import Bytes

/// A number with a unit, as durations and sizes are written: `15s`, `1.5MiB`.
struct UnitLiteral {
    /// The number, in thousandths.
    let thousandths: UInt64
    /// What follows it.
    let unit: Substring

    /// Parses digits, up to three decimals, and the rest as the unit; nil for anything else.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        var index = 0
        var value: UInt64 = 0
        while index < bytes.count, ASCII.isDigit(bytes[index]) {
            guard value < 1_000_000_000_000 else { return nil }
            value = value * 10 + UInt64(bytes[index] - 48)
            index += 1
        }
        guard index > 0 else { return nil }
        var scale: UInt64 = 1000
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            while index < bytes.count, ASCII.isDigit(bytes[index]) {
                guard scale > 1 else { return nil }
                value = value * 10 + UInt64(bytes[index] - 48)
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        thousandths = value * scale
        unit = Substring(decoding: bytes[index...], as: UTF8.self)
    }

    /// The number times the size of its unit, nil when that does not fit or is not whole.
    func multiplied(by size: UInt64) -> UInt64? {
        let (high, low) = thousandths.multipliedFullWidth(by: size)
        guard high < 1000 else { return nil }
        let (quotient, remainder) = UInt64(1000).dividingFullWidth((high, low))
        return remainder == 0 ? quotient : nil
    }
}
