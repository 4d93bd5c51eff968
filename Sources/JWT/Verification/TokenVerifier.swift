import Bytes

/// Checks tokens: compact JWS (RFC 7515) with claims (RFC 7519), by the rules of RFC 8725.
///
/// Bytes and the time go in, a `Principal` or the reason against it comes out. It is immutable and serves all threads.
///
/// The order is fixed, cheap checks and those that need no trust first: size, segments, base64url, header names,
/// `alg`, key, signature, `crit`; claims are looked at only when the signature is right.
public final class TokenVerifier: Sendable {
    private let issuer: [UInt8]?
    private let audiences: [[UInt8]]
    private let algorithms: AlgorithmSet
    private let leeway: Int64
    private let maximumTokenSize: Int
    private let keys: KeySet

    /// A verifier of the tokens that `configuration` describes.
    public init(_ configuration: VerifierConfiguration) {
        precondition((0...86_400).contains(configuration.leeway), "a leeway is between nothing and a day")
        issuer = configuration.issuer.map { Array($0.utf8) }
        audiences = configuration.audiences.map { Array($0.utf8) }
        algorithms = AlgorithmSet(configuration.algorithms)
        leeway = configuration.leeway
        maximumTokenSize = configuration.maximumTokenSize
        keys = configuration.keys
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: what follows `Bearer `.
    ///   - now: Unix seconds.
    /// - Returns: who presented it.
    public func verify(_ token: Span<UInt8>, at now: Int64) throws(JWTError) -> Principal {
        guard token.count <= maximumTokenSize else { throw .tooLarge }
        let parts = try CompactToken(token)
        let header = try TokenHeader(parts.header)
        guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed }
        switch keys.verify(
            parts.signature.span, for: parts.signingInput, algorithm: header.algorithm, id: header.keyID?.span)
        {
        case .unknownKey: throw .unknownKey
        case .invalid: throw .invalidSignature
        case .valid: break
        }
        // No extension is supported, so any that must be understood is one too many.
        if header.hasCritical { throw .unsupportedExtension }
        return try principal(parts.payload, at: now)
    }

    private func principal(_ payload: [UInt8], at now: Int64) throws(JWTError) -> Principal {
        var claims = try JSONObject.parsing(payload)
        guard let expiry = try date("exp", in: claims) else { throw .missingExpiry }
        guard now - leeway < expiry else { throw .expired }
        if let notBefore = try date("nbf", in: claims), now + leeway < notBefore { throw .notYetValid }
        if let issuedAt = try date("iat", in: claims), now + leeway < issuedAt { throw .issuedInFuture }
        try checkIssuer(claims)
        try checkAudience(&claims)
        return try Principal(claims, expiry: expiry, leeway: leeway)
    }

    private func date(_ name: StaticString, in claims: JSONObject) throws(JWTError) -> Int64? {
        guard let value = claims.value(name) else { return nil }
        guard let date = claims.numericDate(value) else { throw .malformedClaim }
        return date
    }

    private func checkIssuer(_ claims: JSONObject) throws(JWTError) {
        guard let issuer else { return }
        guard let value = claims.value("iss"), value.kind == .string, claims.bytes(value.range).equals(issuer.span)
        else { throw .wrongIssuer }
    }

    private func checkAudience(_ claims: inout JSONObject) throws(JWTError) {
        guard !audiences.isEmpty else { return }
        guard let value = claims.value("aud") else { throw .wrongAudience }
        let named: [Range<Int>]
        if value.kind == .string {
            named = [value.range]
        } else if let strings = claims.strings(in: value) {
            named = strings
        } else {
            throw .malformedClaim
        }
        for range in named {
            for audience in audiences where claims.bytes(range).equals(audience.span) { return }
        }
        throw .wrongAudience
    }
}
