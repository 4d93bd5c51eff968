/// What people want to know of a certificate: for logs and metrics.
public struct CertificateSummary: Equatable, Sendable {
    /// The distinguished name of the subject ([RFC 4514](https://www.rfc-editor.org/rfc/rfc4514)).
    public let subject: String
    /// The alternative names: host names as they are, addresses in their usual text form.
    public let names: [String]
    /// The end of its validity, in Unix seconds.
    public let notAfter: Int64
}
