/// Why something cryptographic could not be done.
public enum CryptoError: Error, Hashable, Sendable {
    /// The bytes are not a key of the kind that is asked for, or its numbers are impossible.
    case invalidKey
    /// The key is of a type, curve or size that is not supported.
    case unsupportedKey
    /// A private key where a public one belongs: it must not lie about in configuration.
    case privateKeyGiven
    /// The key's type does not fit the signature scheme.
    case wrongKeyType
    /// A name or address that a certificate cannot carry.
    case invalidName
    /// The library failed, most likely for want of memory or randomness.
    case libraryFailure
    /// A file could not be read or written; `errno` says why.
    case file(path: String, errno: Int32)
    /// One file of a certificate and key pair exists and `path`, the other, does not.
    case incompletePair(missing: String)
}
