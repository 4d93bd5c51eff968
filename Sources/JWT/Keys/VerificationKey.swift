import Bytes
import Crypto

/// A key that checks tokens, together with what it may be used for.
struct VerificationKey: Sendable {
    enum Material: Sendable {
        case secret(SecretKey)
        case publicKey(PublicKey)
    }

    /// The key's name, as the `kid` header gives it.
    let id: [UInt8]?
    /// The only algorithm that the key may be used with; nil for all that fit its type.
    let algorithm: Algorithm?
    let material: Material

    /// Whether the key may check tokens of `algorithm`. A public key never fits HMAC: it would be a secret that all know.
    func fits(_ algorithm: Algorithm) -> Bool {
        if let only = self.algorithm, only != algorithm { return false }
        switch material {
        case .secret(let secret): return algorithm.macHash.map { secret[$0] != nil } ?? false
        case .publicKey(let key): return algorithm.accepts(key.kind)
        }
    }

    func isValid(_ signature: Span<UInt8>, for input: Span<UInt8>, algorithm: Algorithm) -> Bool {
        guard fits(algorithm) else { return false }
        switch material {
        case .secret(let secret):
            guard let hash = algorithm.macHash, let key = secret[hash] else { return false }
            return key.isValid(signature, for: input)
        case .publicKey(let key):
            guard let scheme = algorithm.signatureScheme else { return false }
            return key.isValid(signature, for: input, scheme: scheme)
        }
    }
}

/// A secret, keyed for each hash that it is long enough for.
struct SecretKey: Sendable {
    private let sha256: HMACKey?
    private let sha384: HMACKey?
    private let sha512: HMACKey?

    init(_ secret: Span<UInt8>) {
        sha256 = Self.key(secret, .sha256)
        sha384 = Self.key(secret, .sha384)
        sha512 = Self.key(secret, .sha512)
    }

    /// The key for `hash`; nil when the secret is shorter than its digest.
    subscript(hash: HashAlgorithm) -> HMACKey? {
        switch hash {
        case .sha256: sha256
        case .sha384: sha384
        case .sha512: sha512
        }
    }

    private static func key(_ secret: Span<UInt8>, _ hash: HashAlgorithm) -> HMACKey? {
        secret.count >= hash.byteCount ? HMACKey(secret: secret, hash: hash) : nil
    }
}
