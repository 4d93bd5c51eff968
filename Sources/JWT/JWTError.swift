/// Why a token is not accepted, or could not be made.
public enum JWTError: UInt8, Error, Hashable, Sendable, CaseIterable {
    /// Longer than the configured maximum.
    case tooLarge
    /// Not three segments of base64url with JSON objects in the first two.
    case malformed
    /// A name occurs twice in the header or among the claims.
    case duplicateName
    /// The `alg` header is missing, unknown, or not one of those configured.
    case algorithmNotAllowed
    /// No configured key has the token's `kid` and fits its `alg`.
    case unknownKey
    /// The signature is not one of the token's key.
    case invalidSignature
    /// The token demands an extension (RFC 7515 section 4.1.11), and none is supported.
    case unsupportedExtension
    /// A registered claim is of the wrong type.
    case malformedClaim
    /// There is no `exp`.
    case missingExpiry
    /// `exp` has passed.
    case expired
    /// `nbf` is yet to come.
    case notYetValid
    /// `iat` is yet to come.
    case issuedInFuture
    /// `iss` is not the configured issuer.
    case wrongIssuer
    /// `aud` names none of the configured audiences.
    case wrongAudience
    /// The private key does not sign.
    case signingFailed

    /// A stable code for logs and metrics; clients are not told.
    public var reason: StaticString {
        switch self {
        case .tooLarge: "token_too_large"
        case .malformed: "token_malformed"
        case .duplicateName: "token_duplicate_name"
        case .algorithmNotAllowed: "token_algorithm"
        case .unknownKey: "token_unknown_key"
        case .invalidSignature: "token_signature"
        case .unsupportedExtension: "token_critical"
        case .malformedClaim: "token_claim"
        case .missingExpiry: "token_no_expiry"
        case .expired: "token_expired"
        case .notYetValid: "token_not_yet_valid"
        case .issuedInFuture: "token_issued_in_future"
        case .wrongIssuer: "token_issuer"
        case .wrongAudience: "token_audience"
        case .signingFailed: "token_signing"
        }
    }
}
