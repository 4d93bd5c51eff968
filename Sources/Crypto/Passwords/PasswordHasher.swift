import Bytes

/// Hashes passwords for storage and checks them, with scrypt.
///
/// A check takes a tenth of a second and tens of megabytes by design: never on an event loop's thread, and never more
/// at once than the machine has room for.
public struct PasswordHasher: Sendable {
    /// What a check found.
    public enum Verdict: Hashable, Sendable {
        /// The password is right.
        case valid
        /// The password is right, and its hash should be replaced: it was made with other parameters.
        case validButOutdated
        /// The password is wrong, the user is unknown, or the stored hash is damaged; all take the same time.
        case invalid
    }

    private let parameters: ScryptParameters

    /// - Parameter parameters: the cost of hashes made from now on.
    public init(parameters: ScryptParameters = .standard) {
        self.parameters = parameters
    }

    /// A hash of `password` under a fresh salt, as a PHC string.
    public func hash(_ password: Span<UInt8>) throws(CryptoError) -> String {
        let salt = SecureRandom.bytes(16)
        let key = try parameters.derive(password: password, salt: salt.span, byteCount: 32)
        return PasswordHash(parameters: parameters, salt: salt, key: key).text
    }

    /// Checks `password` against a stored PHC string.
    ///
    /// - Parameter stored: nil for an unknown user: then the same work is done in vain, so that nobody learns from
    ///   the time who has an account.
    public func verify(_ password: Span<UInt8>, against stored: String?) throws(CryptoError) -> Verdict {
        guard let hash = stored.flatMap(PasswordHash.init) else {
            _ = try parameters.derive(password: password, salt: [UInt8](repeating: 0, count: 16).span, byteCount: 32)
            return .invalid
        }
        let key = try hash.parameters.derive(password: password, salt: hash.salt.span, byteCount: hash.key.count)
        guard key.span.equalsInConstantTime(hash.key.span) else { return .invalid }
        return hash.parameters == parameters ? .valid : .validButOutdated
    }
}
