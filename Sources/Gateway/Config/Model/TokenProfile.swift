public import Bytes
public import Telemetry

/// How the tokens of one issuer are checked.
public struct TokenProfile: Equatable, Sendable {
    /// The name that routes call it by.
    public let name: String
    /// What `iss` must be; nil for anything.
    public let issuer: String?
    /// What `aud` must have one of; empty for anything.
    public let audiences: [String]
    /// The algorithms that are accepted; at least one.
    public let algorithms: [TokenAlgorithm]
    /// What signatures are checked with.
    public let key: TokenKey
    /// How far clocks may differ.
    public let leeway: Nanoseconds
    /// The largest token, in bytes.
    public let maximumTokenSize: Int
    /// Who says which tokens no longer count; nil when none is ever taken back.
    public let revocations: RevocationSettings?
}

/// Who says which tokens of a profile no longer count, and how it is asked.
public struct RevocationSettings: Hashable, Sendable {
    /// The name of the service that knows.
    public var service: String
    /// The path of its list.
    public var path = "/revocations"
    /// The pause between two questions.
    public var interval: Nanoseconds = 500_000_000
    /// The most ids that are kept; beyond, those go first that expire first.
    public var maxEntries = 100_000

    /// The defaults, asked of `service`.
    public init(service: String) {
        self.service = service
    }
}

/// What signatures are checked with. It comes from the configuration alone, never from a token.
public enum TokenKey: Equatable, Sendable {
    /// A shared secret, for the HS algorithms.
    case secret(Secret)
    /// A public key or certificate in PEM.
    case publicKey(path: String, pem: [UInt8])
    /// A JWK set (RFC 7517 section 5).
    case keySet(path: String, json: [UInt8])
}

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1).
public enum TokenAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// HMAC with SHA-256.
    case hs256 = "HS256"
    /// HMAC with SHA-384.
    case hs384 = "HS384"
    /// HMAC with SHA-512.
    case hs512 = "HS512"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rs384 = "RS384"
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rs512 = "RS512"
    /// RSASSA-PSS with SHA-256.
    case ps256 = "PS256"
    /// RSASSA-PSS with SHA-384.
    case ps384 = "PS384"
    /// RSASSA-PSS with SHA-512.
    case ps512 = "PS512"
    /// ECDSA with P-256 and SHA-256.
    case es256 = "ES256"
    /// ECDSA with P-384 and SHA-384.
    case es384 = "ES384"
    /// ECDSA with P-521 and SHA-512.
    case es512 = "ES512"
    /// Edwards curves.
    case edDSA = "EdDSA"

    /// Whether the key is a shared secret.
    var isSymmetric: Bool { rawValue.hasPrefix("HS") }

    /// The least length of a shared secret, in bytes (RFC 7518 section 3.2).
    var minimumSecretLength: Int {
        switch self {
        case .hs384: 48
        case .hs512: 64
        default: 32
        }
    }
}
