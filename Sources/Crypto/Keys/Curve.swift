/// The elliptic curves of ECDSA (FIPS 186-5), named as OpenSSL names their groups.
public enum Curve: UInt8, Hashable, Sendable, CaseIterable {
    /// NIST P-256, secp256r1.
    case p256
    /// NIST P-384, secp384r1.
    case p384
    /// NIST P-521, secp521r1.
    case p521

    /// Bytes in one coordinate, and in each half of a raw signature.
    public var coordinateByteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    var groupName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }
}
