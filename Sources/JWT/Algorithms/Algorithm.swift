import Bytes
public import Crypto

/// The signature algorithms of JOSE (RFC 7518 section 3.1, RFC 8037 section 3.1). There is no `none`.
public enum Algorithm: UInt8, Hashable, Sendable, CaseIterable {
    /// HMAC.
    case hs256, hs384, hs512
    /// RSASSA-PKCS1-v1_5.
    case rs256, rs384, rs512
    /// RSASSA-PSS.
    case ps256, ps384, ps512
    /// ECDSA on P-256, P-384 and P-521.
    case es256, es384, es512
    /// Ed25519 or Ed448.
    case edDSA

    /// The value of the `alg` header.
    public var name: StaticString {
        switch self {
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .edDSA: "EdDSA"
        }
    }

    /// The algorithm of this name, which counts letter by letter; nil for any other.
    public init?(_ name: Span<UInt8>) {
        for algorithm in Self.allCases where name.equals(algorithm.name) {
            self = algorithm
            return
        }
        return nil
    }

    /// The algorithm of this name, which counts letter by letter; nil for any other.
    public init?(_ name: String) {
        let bytes = Array(name.utf8)
        self.init(bytes.span)
    }

    /// The hash of an HMAC; nil for algorithms with public keys.
    public var macHash: HashAlgorithm? {
        switch self {
        case .hs256: .sha256
        case .hs384: .sha384
        case .hs512: .sha512
        default: nil
        }
    }

    /// How a private key signs; nil for HMAC.
    var signatureScheme: SignatureScheme? {
        switch self {
        case .hs256, .hs384, .hs512: nil
        case .rs256: .rsaPKCS1(.sha256)
        case .rs384: .rsaPKCS1(.sha384)
        case .rs512: .rsaPKCS1(.sha512)
        case .ps256: .rsaPSS(.sha256)
        case .ps384: .rsaPSS(.sha384)
        case .ps512: .rsaPSS(.sha512)
        case .es256: .ecdsa(.sha256)
        case .es384: .ecdsa(.sha384)
        case .es512: .ecdsa(.sha512)
        case .edDSA: .edDSA
        }
    }

    /// Whether a key pair of this kind may be used with the algorithm: an ECDSA algorithm has one curve, and RSA keys
    /// have at least 2048 bits (RFC 7518 sections 3.3 to 3.5).
    public func accepts(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rs256, .rsa(let bits)), (.rs384, .rsa(let bits)), (.rs512, .rsa(let bits)),
            (.ps256, .rsa(let bits)), (.ps384, .rsa(let bits)), (.ps512, .rsa(let bits)):
            bits >= 2048
        case (.es256, .ec(.p256)), (.es384, .ec(.p384)), (.es512, .ec(.p521)), (.edDSA, .ed25519), (.edDSA, .ed448):
            true
        default: false
        }
    }
}

/// A set of algorithms in one word.
struct AlgorithmSet: Sendable {
    private var bits: UInt16 = 0

    init(_ algorithms: [Algorithm]) {
        for algorithm in algorithms { bits |= 1 << UInt16(algorithm.rawValue) }
    }

    func contains(_ algorithm: Algorithm) -> Bool { bits & 1 << UInt16(algorithm.rawValue) != 0 }
}
