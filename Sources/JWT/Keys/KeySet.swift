import Bytes
public import Crypto

/// The keys that tokens may be signed with. They come from configuration alone: what a token says of `jwk`, `jku`,
/// `x5c` or `x5u` is never looked at (RFC 8725 section 3.10).
public struct KeySet: Sendable {
    private(set) var keys: [VerificationKey] = []
    /// How many keys of a JWK Set could not be used: of another use, unknown, too weak or wrong.
    public internal(set) var skippedCount = 0

    /// How many keys are tried for a token that does not name one.
    private static let maximumTries = 8

    /// An empty set, which accepts no token.
    public init() {}

    /// A shared secret for HMAC.
    ///
    /// - Parameters:
    ///   - secret: at least as long as the algorithm's hash, 32 bytes when there is no algorithm given.
    ///   - id: the `kid` that tokens must have if they have one; nil to take any.
    ///   - algorithm: the only algorithm to use it with.
    public init(secret: Span<UInt8>, id: [UInt8]? = nil, algorithm: Algorithm? = nil) throws(KeySetError) {
        guard let hash = (algorithm ?? .hs256).macHash else { throw .unsuitableKey }
        guard secret.count >= hash.byteCount else { throw .weakSecret(minimum: hash.byteCount) }
        append(VerificationKey(id: id, algorithm: algorithm, material: .secret(SecretKey(secret))))
    }

    /// A public key from a PEM text: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`.
    ///
    /// - Parameters:
    ///   - pem: the text.
    ///   - id: the `kid` that tokens must have if they have one; nil to take any.
    ///   - algorithm: the only algorithm to use it with.
    public init(pem: Span<UInt8>, id: [UInt8]? = nil, algorithm: Algorithm? = nil) throws(KeySetError) {
        let key: PublicKey
        do throws(CryptoError) {
            key = try PublicKey(pem: pem)
        } catch {
            throw .key(error)
        }
        try self.init(publicKey: key, id: id, algorithm: algorithm)
    }

    /// A public key.
    public init(publicKey: PublicKey, id: [UInt8]? = nil, algorithm: Algorithm? = nil) throws(KeySetError) {
        let key = VerificationKey(id: id, algorithm: algorithm, material: .publicKey(publicKey))
        guard Algorithm.allCases.contains(where: { key.fits($0) }) else { throw .unsuitableKey }
        append(key)
    }

    /// How many keys there are.
    public var count: Int { keys.count }

    /// Whether there is no key.
    public var isEmpty: Bool { keys.isEmpty }

    /// Whether some key fits `algorithm`: without one, no token of it is ever accepted.
    public func hasKey(for algorithm: Algorithm) -> Bool {
        keys.contains { $0.fits(algorithm) }
    }

    /// Adds the keys of another set.
    public mutating func append(contentsOf other: KeySet) {
        keys += other.keys
        skippedCount += other.skippedCount
    }

    mutating func append(_ key: VerificationKey) {
        keys.append(key)
    }

    /// What checking a signature against the set gave.
    enum Verdict {
        case valid, invalid, unknownKey
    }

    /// Checks a signature with the keys that fit: those named `id`, else those without a name. A token that names no key
    /// is tried with every one.
    func verify(
        _ signature: Span<UInt8>, for input: Span<UInt8>, algorithm: Algorithm, id: Span<UInt8>?
    ) -> Verdict {
        var tries = 0
        let isNamed = if let id { keys.contains { Self.isNamed($0, id) && $0.fits(algorithm) } } else { false }
        for key in keys where key.fits(algorithm) {
            if let id {
                guard isNamed ? Self.isNamed(key, id) : key.id == nil else { continue }
            }
            if key.isValid(signature, for: input, algorithm: algorithm) { return .valid }
            tries += 1
            if tries == Self.maximumTries { break }
        }
        return tries == 0 ? .unknownKey : .invalid
    }

    private static func isNamed(_ key: VerificationKey, _ id: Span<UInt8>) -> Bool {
        guard let own = key.id else { return false }
        return own.span.equals(id)
    }
}
