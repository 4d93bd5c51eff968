/// How long a token is good, as it is typed: `90s`, `15m`, `1h`, `7d`.
struct TokenLifetime: Equatable {
    /// From a second to a year.
    let seconds: Int64

    private static let longest: Int64 = 365 * 86_400
    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    init?(_ text: String) {
        guard let last = text.last, let unit = Self.units[last] else { return nil }
        let digits = text.dropLast()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, (1...Self.longest).contains(seconds) else { return nil }
        self.seconds = seconds
    }
}
