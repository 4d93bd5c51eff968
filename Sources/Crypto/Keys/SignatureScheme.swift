/// How a message is signed: the scheme and its hash, in the forms that JOSE uses (RFC 7518 section 3, RFC 8037).
public enum SignatureScheme: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5.
    case rsaPKCS1(HashAlgorithm)
    /// RSASSA-PSS with MGF1 over the same hash and a salt as long as the hash.
    case rsaPSS(HashAlgorithm)
    /// ECDSA, the signature being both numbers in full length one after the other.
    case ecdsa(HashAlgorithm)
    /// Ed25519 or Ed448, as the key is.
    case edDSA

    /// Whether a key of `kind` can make and check such signatures.
    public func accepts(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rsaPKCS1, .rsa), (.rsaPSS, .rsa), (.ecdsa, .ec), (.edDSA, .ed25519), (.edDSA, .ed448): true
        default: false
        }
    }

    /// The hash that the scheme applies to the message; Edwards signatures bring their own.
    var hash: HashAlgorithm? {
        switch self {
        case .rsaPKCS1(let hash), .rsaPSS(let hash), .ecdsa(let hash): hash
        case .edDSA: nil
        }
    }
}
