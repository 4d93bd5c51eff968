import Bytes
import Crypto
import JWT

private let now: Int64 = 1_700_000_000

/// Checking tokens: remembered ones, and those that are seen for the first time.
func measureTokens(_ bench: inout Bench) throws {
    let secret = [UInt8](repeating: 7, count: 64)
    let signers = [
        try TokenSigner(secret: secret.span),
        try TokenSigner(privateKey: .generate(.rsa(bits: 2048)), algorithm: .rs256),
        try TokenSigner(privateKey: .generate(.ec(.p256)), algorithm: .es256),
    ]
    for signer in signers {
        let token = try signer.sign(claims)
        let verifier = makeVerifier(signer)
        // OpenSSL allocates for what it does, for elliptic curves most of all.
        try bench.measure("verify \(signer.algorithm.name), never seen", allocations: 100) {
            use(try verifier.verify(token.span, at: now))
        }
    }

    let verifier = makeVerifier(signers[0])
    let cache = TokenCache()
    let start = Instant(nanoseconds: 1_000_000_000)
    var tokens: [[UInt8]] = []
    for subject in 0..<5000 {
        var claims = claims
        claims.subject = "user-\(subject)"
        let token = try signers[0].sign(claims)
        cache.insert(token.span, try verifier.verify(token.span, at: now), now: start, unixSeconds: now)
        tokens.append(token)
    }
    let first = tokens[0]
    bench.measure("look a token up, one token of \(first.count) bytes") {
        use(cache.lookup(first.span, now: start))
    }
    var next = 0
    bench.measure("look a token up, 5,000 tokens in turn") {
        next = next &+ 1
        let token = tokens[next % 5000]
        use(cache.lookup(token.span, now: start))
    }
}

private var claims: TokenClaims {
    var claims = TokenClaims(subject: "alice", expiry: now + 3600)
    claims.issuer = "shop"
    claims.audiences = ["shop"]
    claims.issuedAt = now
    claims.roles = ["customer"]
    claims.scopes = ["orders:read", "orders:write"]
    return claims
}

private func makeVerifier(_ signer: TokenSigner) -> TokenVerifier {
    TokenVerifier(
        VerifierConfiguration(
            issuer: "shop", audiences: ["shop"], algorithms: [signer.algorithm], keys: signer.verificationKeys))
}
