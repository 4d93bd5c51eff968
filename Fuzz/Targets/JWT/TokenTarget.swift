import Bytes
import Crypto
import JWT

/// What a verifier says, to be compared.
private enum Verdict: Equatable {
    case accepted
    case refused(JWTError)
}

/// The keys of every run, so that crashers replay.
private enum Keys {
    static let secret = (0..<64).map { UInt8($0) }
    static let wrongSecret = (1..<65).map { UInt8($0) }
    /// A public key that everybody knows, as the bytes that an attacker would sign with.
    static let publicPEM = Array(
        """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESEb2s9v7pTMKl7n9gN+dwThK9RuJ
        wjUUQ445xA4cltDl59JxRKbeMV2hBjygF1rYangyM4n8rQl0jXzR1HSj1g==
        -----END PUBLIC KEY-----

        """.utf8)

    static let right = verifier(try! KeySet(secret: secret.span))
    static let wrong = verifier(try! KeySet(secret: wrongSecret.span))
    static let published = verifier(try! KeySet(pem: publicPEM.span))

    private static func verifier(_ keys: KeySet) -> TokenVerifier {
        TokenVerifier(
            VerifierConfiguration(
                issuer: "shop", audiences: ["shop"], algorithms: Algorithm.allCases, maximumTokenSize: 2048, keys: keys)
        )
    }
}

private let now: Int64 = 1_700_000_000

private func verdict(_ verifier: TokenVerifier, _ token: [UInt8], at time: Int64 = now) -> Verdict {
    do throws(JWTError) {
        _ = try verifier.verify(token.span, at: time)
        return .accepted
    } catch {
        return .refused(error)
    }
}

/// Tokens and key sets: nothing is accepted that the key's owner has not signed, bit by bit.
///
/// The first byte says what follows: `t` a token, `j` a set of keys, and otherwise a header and a payload on two lines,
/// which are signed, as nobody finds a signature by trying.
func checkToken(_ input: Span<UInt8>) throws(Violation) {
    guard let kind = input.array.first else { return }
    let rest = Array(input.array.dropFirst())
    switch kind {
    case UInt8(ascii: "t"): try checkToken(rest)
    case UInt8(ascii: "j"): try checkKeySet(rest)
    default:
        let lines = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2 else { return }
        try checkToken(signed(Array(lines[0]), Array(lines[1]), with: Keys.secret))
        // A public key taken for a secret would let everybody sign (RFC 8725 section 3.1).
        let forged = signed(Array(lines[0]), Array(lines[1]), with: Keys.publicPEM)
        try hold(verdict(Keys.published, forged) != .accepted, "a public key is no secret")
        try checkToken(forged)
    }
}

/// The header and payload as a token with an HMAC, whatever the header says.
private func signed(_ header: [UInt8], _ payload: [UInt8], with secret: [UInt8]) -> [UInt8] {
    let input = Base64URL.encode(header.span) + [UInt8(ascii: ".")] + Base64URL.encode(payload.span)
    let code = HMACKey(secret: secret.span, hash: .sha256).authenticationCode(for: input.span)
    return input + [UInt8(ascii: ".")] + Base64URL.encode(code.span)
}

private func checkToken(_ token: [UInt8]) throws(Violation) {
    try hold(verdict(Keys.wrong, token) != .accepted, "a wrong key accepts nothing")
    try hold(verdict(Keys.published, token) != .accepted, "a key whose secret is unknown accepts nothing")
    let principal: Principal
    do throws(JWTError) {
        principal = try Keys.right.verify(token.span, at: now)
    } catch {
        return
    }
    try checkSignature(token)
    try hold(principal.issuer == Array("shop".utf8), "the issuer is the configured one")
    try hold(principal.refusedFrom > now, "an accepted token has not expired")
    try hold(
        verdict(Keys.right, token, at: principal.refusedFrom) == .refused(.expired), "it expires at \(principal.expiry)"
    )
    try hold(verdict(Keys.right, token, at: principal.refusedFrom - 1) == .accepted, "it holds until it expires")
    for name in ["sub", "exp", "aud", "x"] {
        guard let value = principal.claim(Array(name.utf8).span) else { continue }
        try hold(!value.contains { $0 < 0x20 || $0 == 0x7F }, "a claim that a field may hold has no control characters")
    }
    // Of each token, other bits are tried: nothing but the token itself may be accepted.
    for step in 0..<8 {
        var changed = token
        let place = (Int(token[token.count - 1 - step]) * 37 + step * 97) % token.count
        changed[place] ^= 1 << UInt8(step)
        try hold(verdict(Keys.right, changed) != .accepted, "still accepted with another byte at \(place)")
    }
    try hold(verdict(Keys.right, token + [UInt8(ascii: "=")]) != .accepted, "accepted with padding")
}

/// The signature of an accepted token is right.
private func checkSignature(_ token: [UInt8]) throws(Violation) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    try hold(parts.count == 3, "a token has three segments")
    let input = parts[0] + [UInt8(ascii: ".")] + parts[1]
    let isRight = [HashAlgorithm.sha256, .sha384, .sha512].contains { hash in
        let code = HMACKey(secret: Keys.secret.span, hash: hash).authenticationCode(for: input.span)
        return Base64URL.encode(code.span) == parts[2]
    }
    try hold(isRight, "an accepted signature is right")
    for segment in parts {
        let bytes = Base64URL.decode(segment.span) ?? []
        try hold(Base64URL.encode(bytes.span) == segment, "there is one text for one value")
    }
}

/// A JWK Set: what is read of it is written as a set of the same public keys.
private func checkKeySet(_ text: [UInt8]) throws(Violation) {
    guard let keys = try? KeySet(jwks: text, allowsSecrets: false) else { return }
    let written = keys.jwks()
    guard let again = try? KeySet(jwks: written, allowsSecrets: false) else {
        throw Violation(description: "\(written.span.text) was written, and cannot be read")
    }
    try hold(again.count == keys.count && again.skippedCount == 0, "\(keys.count) keys, \(again.count) once written")
}
