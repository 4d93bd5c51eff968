public import Crypto

/// Why configured keys cannot be used.
public enum KeySetError: Error, Hashable, Sendable {
    /// The secret is shorter than the algorithm's hash (RFC 7518 section 3.2): it needs `minimum` bytes.
    case weakSecret(minimum: Int)
    /// The key's type, curve or size does not fit the algorithm, or any algorithm.
    case unsuitableKey
    /// The PEM text holds no key that can be used.
    case key(CryptoError)
    /// Not a JSON object with an array of objects as `keys` (RFC 7517 section 5).
    case malformedSet
}
