/// Why a context could not be made: read by the person who configured it. Names what failed, never key material.
public enum TLSConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A server needs a certificate.
    case noCertificate
    /// There is no certificate in PEM form, or it does not parse. Counted from 0.
    case certificateUnreadable(index: Int)
    /// A certificate after the first one does not parse.
    case chainUnreadable(subject: String)
    /// There is no private key in PEM form, or it does not parse.
    case privateKeyUnreadable(subject: String)
    /// The private key is encrypted with a passphrase, and nobody is there to type it.
    case privateKeyEncrypted(subject: String)
    /// The private key belongs to another certificate.
    case privateKeyMismatch(subject: String)
    /// OpenSSL refuses the certificate, as for a key that is too short.
    case certificateRefused(subject: String, reason: String)
    /// The certificate authorities do not parse, or there are none.
    case authoritiesUnreadable
    /// OpenSSL failed otherwise.
    case library(reason: String)

    /// A sentence for the log.
    public var description: String {
        switch self {
        case .noCertificate: "no certificate is configured"
        case .certificateUnreadable(let index): "certificate \(index + 1) is not a readable PEM certificate"
        case .chainUnreadable(let subject): "the chain of certificate \"\(subject)\" has an unreadable PEM certificate"
        case .privateKeyUnreadable(let subject):
            "the private key of certificate \"\(subject)\" is not a readable PEM key"
        case .privateKeyEncrypted(let subject): "the private key of certificate \"\(subject)\" needs a passphrase"
        case .privateKeyMismatch(let subject): "the private key does not match certificate \"\(subject)\""
        case .certificateRefused(let subject, let reason): "certificate \"\(subject)\" is refused: \(reason)"
        case .authoritiesUnreadable: "the certificate authorities are not readable PEM certificates"
        case .library(let reason): "OpenSSL failed: \(reason)"
        }
    }
}
