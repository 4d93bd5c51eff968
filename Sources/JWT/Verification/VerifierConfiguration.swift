/// What tokens a `TokenVerifier` accepts.
public struct VerifierConfiguration: Sendable {
    /// The `iss` that tokens must have; nil to take any or none.
    public var issuer: String?
    /// Tokens must name one of these in `aud`; empty to take any or none.
    public var audiences: [String]
    /// The algorithms that tokens may be signed with.
    public var algorithms: [Algorithm]
    /// Seconds that the clocks of issuer and verifier may differ, from 0 to a day.
    public var leeway: Int64
    /// Bytes in the longest token.
    public var maximumTokenSize: Int
    /// The keys that tokens may be signed with.
    public var keys: KeySet

    /// Tokens of `issuer` for one of `audiences`, signed with one of `keys` by one of `algorithms`.
    public init(
        issuer: String? = nil, audiences: [String] = [], algorithms: [Algorithm], leeway: Int64 = 30,
        maximumTokenSize: Int = 8192, keys: KeySet
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.leeway = leeway
        self.maximumTokenSize = maximumTokenSize
        self.keys = keys
    }
}
