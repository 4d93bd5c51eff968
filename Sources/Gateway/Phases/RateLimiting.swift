internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor

/// One token-bucket limit of one route, ready for the request path.
struct RateLimit: Sendable {
    let policy: RateLimitPolicy
    let key: RateLimitKey
    /// For `header` keys: the field's name.
    let field: [UInt8]
    /// Keeps this limit's keys apart from those of other limits in the shared table, also across reloads: a limit that is
    /// written the same for the same route counts on where it was.
    let seed: UInt64
    /// `RateLimit-Policy` as it is sent: quota and window.
    let announcement: [UInt8]
    /// Its name in the fields.
    let name: [UInt8]

    init(_ rule: RateLimitRule, scope: String) {
        policy = rule.policy
        key = rule.key
        if case .header(let name) = rule.key { field = Array(name.utf8) } else { field = [] }
        seed = KeyedHash.hash(Array("\(scope)|\(rule.text)".utf8).span)
        let name = Self.keyName(rule.key)
        self.name = Array("\"\(name)\"".utf8)
        let window = max(
            1, Int((Double(policy.burst) / Double(policy.tokens) * Double(policy.interval) / 1e9).rounded(.up)))
        announcement = Array("\"\(name)\";q=\(policy.burst);w=\(window)".utf8)
    }

    private static func keyName(_ key: RateLimitKey) -> String {
        switch key {
        case .ip: "ip"
        case .subject: "sub"
        case .token: "token"
        case .route: "route"
        case .header: "header"
        }
    }
}

/// Counts requests against token buckets.
enum RateLimiting {
    /// What the limits said: the tightest of those that were asked.
    struct Verdict: Sendable {
        let admission: Admission
        /// Index of the limit in the route's list.
        let limit: Int
    }

    /// Takes one token from each bucket that applies. Stops at the first refusal: what later limits have is kept.
    static func take(
        _ limits: [RateLimit], request fields: borrowing FieldBlock, client: InternetAddress?, principal: Principal?,
        table: TokenBucketTable, on loop: EventLoop
    ) -> Verdict? {
        var tightest: Verdict?
        for index in limits.indices {
            let key = bucket(limits[index], fields, client, principal)
            let admission = take(key, limits[index].policy, from: table, on: loop)
            if !admission.allowed { return Verdict(admission: admission, limit: index) }
            if tightest.map({ admission.remaining < $0.admission.remaining }) ?? true {
                tightest = Verdict(admission: admission, limit: index)
            }
        }
        return tightest
    }

    /// Takes one token from a bucket that all loops share.
    ///
    /// A loop that has been at work for long is behind the others in time, and what they took looks to it like tokens of the
    /// future: before it refuses a request, it asks the clock itself.
    static func take(
        _ key: UInt64, _ policy: RateLimitPolicy, from table: TokenBucketTable, on loop: EventLoop
    ) -> Admission {
        let admission = table.take(key: key, policy: policy, now: loop.now.nanoseconds)
        if admission.allowed { return admission }
        return table.take(key: key, policy: policy, now: loop.readClock().nanoseconds)
    }

    /// The bucket's key. Where there is no token or field to count by, the client's address counts instead: leaving
    /// something out must not evade a limit.
    private static func bucket(
        _ limit: RateLimit, _ fields: borrowing FieldBlock, _ client: InternetAddress?, _ principal: Principal?
    ) -> UInt64 {
        switch limit.key {
        case .route: return KeyedHash.hash(limit.seed)
        case .subject:
            if let principal, !principal.subject.isEmpty {
                let subject = principal.subject
                return KeyedHash.hash(subject.span, seed: limit.seed)
            }
        case .token:
            if principal != nil, let index = fields.firstIndex(of: .authorization) {
                return KeyedHash.hash(fields.value(at: index), seed: limit.seed)
            }
        case .header:
            let name = limit.field
            if let index = fields.firstIndex(named: name.span) {
                return KeyedHash.hash(fields.value(at: index), seed: limit.seed)
            }
        case .ip: break
        }
        return address(client, seed: limit.seed)
    }

    /// An IPv4 address counts by itself, an IPv6 address by its /64, which is what one subscriber has.
    static func address(_ client: InternetAddress?, seed: UInt64) -> UInt64 {
        guard let client else { return KeyedHash.hash(seed) }
        return KeyedHash.hash(seed, client.isIPv4 ? client.low : client.high)
    }

    /// Writes the fields that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers, and the older trio).
    static func announce(
        _ verdict: Verdict, of limit: RateLimit, in fields: inout FieldBlock, scratch: inout ByteBuffer
    ) {
        let admission = verdict.admission
        // What a service says of limits of its own would contradict these.
        fields.removeAll(of: .rateLimitPolicy)
        fields.removeAll(of: .rateLimit)
        fields.removeAll(of: .xRateLimitLimit)
        fields.removeAll(of: .xRateLimitRemaining)
        fields.removeAll(of: .xRateLimitReset)
        let reset = (admission.resetAfter + 999_999_999) / 1_000_000_000
        fields.append(.rateLimitPolicy, value: limit.announcement.span)
        scratch.removeAll()
        scratch.append(limit.name.span)
        scratch.append(";r=")
        scratch.append(decimal: UInt64(admission.remaining))
        scratch.append(";t=")
        scratch.append(decimal: reset)
        fields.append(.rateLimit, value: scratch.readable)
        fields.append(.xRateLimitLimit, value: UInt64(admission.limit))
        fields.append(.xRateLimitRemaining, value: UInt64(admission.remaining))
        fields.append(.xRateLimitReset, value: reset)
    }
}
