public import Bytes

/// Remembers verified tokens, so that a token's signature is checked once a minute and not once a request.
///
/// One cache belongs to one verifier and one event loop.
public final class TokenCache {
    private var table: TokenTable
    private let lifetime: Nanoseconds
    private var generation: UInt64 = 0

    private static let second: Nanoseconds = 1_000_000_000

    /// - Parameters:
    ///   - capacity: how many tokens are remembered, rounded down to a multiple of eight, at least eight.
    ///   - lifetime: how long a token is remembered at most.
    public init(capacity: Int = 10_000, lifetime: Nanoseconds = 60_000_000_000) {
        table = TokenTable(capacity: capacity)
        self.lifetime = lifetime
    }

    /// Who `token` was verified for, if it is remembered and its time is not up. Nothing is allocated.
    public func lookup(_ token: Span<UInt8>, now: Instant) -> Principal? {
        table.lookup(token, now: now)
    }

    /// Remembers a token that has just been verified, never longer than the verifier would accept it.
    ///
    /// - Parameters:
    ///   - now: the same moment as `unixSeconds`, on the monotonic clock.
    public func insert(_ token: Span<UInt8>, _ principal: Principal, now: Instant, unixSeconds: Int64) {
        let (left, overflow) = principal.refusedFrom.subtractingReportingOverflow(unixSeconds)
        // The current second may be all but over: it does not count.
        guard !overflow, left > 1 else { return }
        let (rest, isLong) = UInt64(left - 1).multipliedReportingOverflow(by: Self.second)
        table.insert(token, principal, deadline: now + (isLong ? lifetime : min(lifetime, rest)))
    }

    /// Forgets every token: keys or revocations have changed.
    public func removeAll() {
        table.removeAll()
    }

    /// Forgets every token unless the cache was last used with the same generation of keys and revocations.
    public func adopt(generation: UInt64) {
        guard generation != self.generation else { return }
        self.generation = generation
        table.removeAll()
    }

    /// How many tokens there is room for.
    public var capacity: Int { table.capacity }

    /// How many tokens are remembered, those included whose time is up and whose slot nobody needed yet.
    public var count: Int { table.count }
}
