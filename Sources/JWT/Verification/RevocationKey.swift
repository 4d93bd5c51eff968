import Bytes

/// The id of a token or of a session as revocations are looked up by it: 64 bits of a keyed hash, made once and compared at
/// every request.
///
/// The key is this process's own, so nobody can choose an id that passes for another's.
public struct RevocationKey: Hashable, Sendable {
    /// The hash; never zero.
    public let hash: UInt64

    /// The key of an id: a `jti` (RFC 7519, section 4.1.7) or a `sid` (OpenID Connect Front-Channel Logout 1.0, section 3).
    public init(_ id: Span<UInt8>) {
        hash = max(1, KeyedHash.hash(id, seed: Self.seed))
    }

    private static var seed: UInt64 { 0x7265_766F_6B65 }
}
