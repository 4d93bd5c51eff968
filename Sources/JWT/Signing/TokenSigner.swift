import Bytes
public import Crypto

/// Makes tokens: compact JWS over claims, signed with one key.
public struct TokenSigner: Sendable {
    private enum Key: Sendable {
        case secret(HMACKey)
        case privateKey(PrivateKey, SignatureScheme)
    }

    /// How tokens are signed.
    public let algorithm: Algorithm
    /// What checks the tokens: the public key, or the secret itself.
    public let verificationKeys: KeySet
    private let key: Key
    /// The encoded header with the dot after it; it is the same for all tokens.
    private let prefix: [UInt8]

    /// Signs with a shared secret.
    ///
    /// - Parameters:
    ///   - secret: at least as long as the algorithm's hash.
    ///   - algorithm: one of the HMACs.
    ///   - id: the `kid` of the tokens.
    public init(secret: Span<UInt8>, algorithm: Algorithm = .hs256, id: String? = nil) throws(KeySetError) {
        guard let hash = algorithm.macHash else { throw .unsuitableKey }
        verificationKeys = try KeySet(secret: secret, id: id.map { Array($0.utf8) }, algorithm: algorithm)
        key = .secret(HMACKey(secret: secret, hash: hash))
        self.algorithm = algorithm
        prefix = Self.prefix(algorithm, id)
    }

    /// Signs with a private key.
    ///
    /// - Parameters:
    ///   - algorithm: one that fits the key.
    ///   - id: the `kid` of the tokens; nil for the thumbprint of the public key.
    public init(privateKey: PrivateKey, algorithm: Algorithm, id: String? = nil) throws(KeySetError) {
        guard let scheme = algorithm.signatureScheme, algorithm.accepts(privateKey.kind) else { throw .unsuitableKey }
        let publicKey: PublicKey
        do throws(CryptoError) {
            publicKey = try privateKey.publicKey()
        } catch {
            throw .key(error)
        }
        let id = id ?? publicKey.thumbprint
        verificationKeys = try KeySet(publicKey: publicKey, id: Array(id.utf8), algorithm: algorithm)
        key = .privateKey(privateKey, scheme)
        self.algorithm = algorithm
        prefix = Self.prefix(algorithm, id)
    }

    private static func prefix(_ algorithm: Algorithm, _ id: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.write("alg", algorithm.name.description)
        writer.write("typ", "JWT")
        if let id { writer.write("kid", id) }
        let header = writer.finish()
        return Base64URL.encode(header.span) + [UInt8(ascii: ".")]
    }

    /// A token with these claims.
    public func sign(_ claims: TokenClaims) throws(JWTError) -> [UInt8] {
        let payload = claims.json()
        return try sign(payload: payload.span)
    }

    /// A token with this payload, which is not looked at.
    public func sign(payload: Span<UInt8>) throws(JWTError) -> [UInt8] {
        let input = prefix + Base64URL.encode(payload)
        let signature = try signature(of: input.span)
        let encoded = Base64URL.encode(signature.span)
        return input + [UInt8(ascii: ".")] + encoded
    }

    private func signature(of input: Span<UInt8>) throws(JWTError) -> [UInt8] {
        switch key {
        case .secret(let key): return key.authenticationCode(for: input)
        case .privateKey(let key, let scheme):
            do throws(CryptoError) {
                return try key.sign(input, scheme: scheme)
            } catch {
                throw .signingFailed
            }
        }
    }
}
