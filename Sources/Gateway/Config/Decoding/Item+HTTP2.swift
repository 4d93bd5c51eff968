internal import HTTP

extension Keys {
    /// What HTTP/2 clients may ask for that moves no message forward.
    static let http2Guards: [ConfigurationKey] =
        http2Allowances.map(\.key) + [
            "http2Continuations", "http2FieldBlock", "http2WorkPerStream", "http2UnreadAnswers",
        ]

    /// The allowances and where each is kept.
    fileprivate static var http2Allowances: [(key: ConfigurationKey, path: WritableKeyPath<H2Limits, H2Allowance>)] {
        [
            ("http2Resets", \.resets), ("http2Refusals", \.refusals), ("http2Settings", \.settings),
            ("http2Pings", \.pings), ("http2Priorities", \.priorities), ("http2EmptyFrames", \.emptyFrames),
            ("http2WindowUpdates", \.windowUpdates), ("http2UnknownFrames", \.unknownFrames),
            ("http2StrayFrames", \.strayFrames),
        ]
    }
}

extension ObjectItem {
    func readHTTP2Guards(into limits: inout H2Limits) {
        for (key, path) in Keys.http2Allowances {
            update(key, of: &limits[keyPath: path]) { item in { item.allowance($0) } }
        }
        read("http2Continuations", into: &limits.continuations) { $0.integer(in: 1...1000) }
        read("http2FieldBlock", into: &limits.fieldBlockBytes) { $0.byteCount(in: 16 << 10...16 << 20) }
        read("http2WorkPerStream", into: &limits.workPerStream) { $0.integer(in: 1...100) }
        read("http2UnreadAnswers", into: &limits.unreadAnswerBytes) { $0.byteCount(in: 1024...16 << 20) }
    }
}

extension Item {
    /// How often something is borne, such as `20/s burst 200`; `burst` defaults to the rate. What useful work adds to it
    /// stays as it is in `standard`.
    fileprivate func allowance(_ standard: H2Allowance) -> H2Allowance? {
        let example = "write it like \"20/s burst 200\""
        if case .number(let spelling) = node.kind {
            error("a rate needs a unit, \(spelling) has none", suggestion: "write it like \"\(spelling)/s\"")
            return nil
        }
        guard let text = string() else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 1 || (words.count == 3 && words[1] == "burst"), words[0].hasSuffix("/s") else {
            error("\"\(text)\" is not a rate per second", suggestion: example)
            return nil
        }
        let limit: UInt64 = 1_000_000
        guard let rate = wholeNumber(words[0].dropLast(2)), rate <= limit,
            let burst = words.count == 3 ? wholeNumber(words[2]) : rate, burst <= limit
        else {
            error("\"\(text)\" is out of range: both numbers must be from 1 to \(limit)", suggestion: example)
            return nil
        }
        return H2Allowance(burst: UInt32(burst), perSecond: UInt32(rate), perWork: standard.perWork)
    }
}
