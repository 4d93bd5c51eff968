import Bytes
import Policy

extension Item {
    /// `none`, one policy, or an array of them.
    func rateLimits() -> [RateLimitRule]? {
        if case .string("none") = node.kind { return [] }
        if case .number = node.kind {
            _ = rateLimit()
            return nil
        }
        return oneOrMore().compactMap { $0.rateLimit() }
    }

    /// A policy such as `20/s per sub burst 40`: a rate, whose it is, and how much may come at once.
    func rateLimit() -> RateLimitRule? {
        let example = "write it like \"20/s per ip burst 40\""
        if case .number(let spelling) = node.kind {
            error("a rate needs a unit, \(spelling) has none", suggestion: "write it like \"\(spelling)/s per ip\"")
            return nil
        }
        guard let text = string() else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 3, words[1] == "per", words.count == 3 || (words.count == 5 && words[3] == "burst") else {
            error("\"\(text)\" is not a rate limit", suggestion: example)
            return nil
        }
        guard let (tokens, interval) = rate(words[0]), let key = rateLimitKey(words[2]) else { return nil }
        var burst = tokens
        if words.count == 5 {
            guard let count = wholeNumber(words[4]) else {
                error("the burst \"\(words[4])\" is not a whole number above zero", suggestion: example)
                return nil
            }
            burst = count
        }
        guard let policy = RateLimitPolicy(tokens: tokens, per: interval, burst: burst) else {
            error("\"\(text)\" is out of range: an empty bucket must fill within 366 days")
            return nil
        }
        return RateLimitRule(policy: policy, key: key, text: text)
    }

    private func rate(_ text: String) -> (tokens: UInt64, interval: Nanoseconds)? {
        let units: KeyValuePairs<String, Nanoseconds> = [
            "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
        ]
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let tokens = wholeNumber(parts[0]) else {
            error("\"\(text)\" is not a rate", suggestion: "write it like \"20/s\" or \"5/m\"")
            return nil
        }
        guard let unit = units.first(where: { $0.key == parts[1] }) else {
            error("the rate \"\(text)\" has the unknown unit \"\(parts[1])\"", suggestion: "units are s, m, h, d")
            return nil
        }
        return (tokens, unit.value)
    }

    private func rateLimitKey(_ word: String) -> RateLimitKey? {
        switch word {
        case "ip": return .ip
        case "sub": return .subject
        case "token": return .token
        case "route": return .route
        default:
            if word.hasPrefix("header:"), FieldNames.isToken(String(word.dropFirst(7))) {
                return .header(word.dropFirst(7).lowercased())
            }
            error(
                "unknown rate limit key \"\(word)\"",
                suggestion: Spelling.suggestion(for: word, among: ["ip", "sub", "token", "route"])
                    ?? "one of ip, sub, token, route, header:NAME")
            return nil
        }
    }

    /// Digits that make a number above zero.
    func wholeNumber(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ ASCII.isDigit($0) }), let value = UInt64(text), value > 0 else {
            return nil
        }
        return value
    }
}
