/// What a bucket answered: everything that the rate limit headers say.
public struct Admission: Hashable, Sendable {
    /// Whether the request may pass; its tokens are taken only then.
    public let allowed: Bool
    /// Whole tokens that are left.
    public let remaining: Int
    /// Tokens that a full bucket holds.
    public let limit: Int
    /// Time until the bucket is full again.
    public let resetAfter: Nanoseconds
    /// Time until the same request would pass, zero when it did. A request that costs more than a full bucket holds
    /// never passes, and is told the time in which a bucket fills.
    public let retryAfter: Nanoseconds

    @usableFromInline
    init(allowed: Bool, remaining: Int, limit: Int, resetAfter: Nanoseconds, retryAfter: Nanoseconds) {
        self.allowed = allowed
        self.remaining = remaining
        self.limit = limit
        self.resetAfter = resetAfter
        self.retryAfter = retryAfter
    }
}
