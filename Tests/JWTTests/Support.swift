import Bytes
import Crypto
import JWT

extension String {
    var bytes: [UInt8] { Array(utf8) }
    var base64url: String { String(decoding: Base64URL.encode(bytes.span), as: UTF8.self) }
}

/// Unix seconds at which the tokens of these tests are valid.
let now: Int64 = 1_700_000_000

/// The secret of these tests: 64 bytes, enough for every HMAC.
let secret = (0..<64).map { UInt8($0) }

/// A token with any header and payload, signed with the secret whatever the header says.
func makeToken(header: String = #"{"alg":"HS256"}"#, payload: String, hash: HashAlgorithm = .sha256) -> String {
    let input = header.base64url + "." + payload.base64url
    return input + "." + code(input, hash: hash)
}

/// A verifier for the secret, or for other keys.
func makeVerifier(
    _ algorithms: [Algorithm] = [.hs256], keys: KeySet? = nil, issuer: String? = nil, audiences: [String] = [],
    leeway: Int64 = 30, maximumTokenSize: Int = 8192
) throws -> TokenVerifier {
    TokenVerifier(
        VerifierConfiguration(
            issuer: issuer, audiences: audiences, algorithms: algorithms, leeway: leeway,
            maximumTokenSize: maximumTokenSize, keys: try keys ?? KeySet(secret: secret.span)))
}

/// What a verification gives, in a form that expectations can hold.
func verdict(_ verifier: TokenVerifier, _ token: String, at time: Int64 = now) -> JWTError? {
    verdict(verifier, token.bytes, at: time)
}

func verdict(_ verifier: TokenVerifier, _ token: [UInt8], at time: Int64 = now) -> JWTError? {
    do throws(JWTError) {
        _ = try verifier.verify(token.span, at: time)
        return nil
    } catch {
        return error
    }
}

func principal(_ payload: String) throws -> Principal {
    let token = makeToken(payload: payload).bytes
    return try makeVerifier().verify(token.span, at: now)
}

extension Principal {
    func text(_ claim: String) -> String? {
        let name = claim.bytes
        return self.claim(name.span).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension TokenCache {
    func lookup(_ token: String, at seconds: UInt64) -> Principal? {
        let bytes = token.bytes
        return lookup(bytes.span, now: Instant(nanoseconds: seconds * 1_000_000_000))
    }

    func insert(_ token: String, _ principal: Principal, at seconds: UInt64) {
        let bytes = token.bytes
        insert(
            bytes.span, principal, now: Instant(nanoseconds: seconds * 1_000_000_000),
            unixSeconds: now + Int64(seconds))
    }
}

extension TokenSigner {
    init(secret: [UInt8], algorithm: Algorithm = .hs256, id: String? = nil) throws(KeySetError) {
        try self.init(secret: secret.span, algorithm: algorithm, id: id)
    }
}

/// The HMAC of a message under the secret, as a token ends with it.
func code(_ input: String, secret: [UInt8] = secret, hash: HashAlgorithm = .sha256) -> String {
    let key = HMACKey(secret: secret.span, hash: hash)
    let message = input.bytes
    let code = key.authenticationCode(for: message.span)
    return String(decoding: Base64URL.encode(code.span), as: UTF8.self)
}

extension KeySet {
    init(secret: [UInt8], id: String? = nil, algorithm: Algorithm? = nil) throws(KeySetError) {
        try self.init(secret: secret.span, id: id?.bytes, algorithm: algorithm)
    }

    init(pem: String, algorithm: Algorithm? = nil) throws(KeySetError) {
        let bytes = pem.bytes
        try self.init(pem: bytes.span, id: nil, algorithm: algorithm)
    }

    init(jwks: String, allowsSecrets: Bool = false) throws(KeySetError) {
        try self.init(jwks: jwks.bytes, allowsSecrets: allowsSecrets)
    }
}
