/// What a key is, as far as it decides what the key may be used for.
public enum KeyKind: Hashable, Sendable {
    /// An RSA key with a modulus of `bits` bits.
    case rsa(bits: Int)
    /// A key on a NIST curve.
    case ec(Curve)
    /// An Edwards key on Curve25519 (RFC 8032).
    case ed25519
    /// An Edwards key on Curve448 (RFC 8032).
    case ed448
}
