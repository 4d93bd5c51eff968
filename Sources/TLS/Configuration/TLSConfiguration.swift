/// A certificate with its chain, and the key that it certifies.
public struct TLSCertificate: Sendable {
    /// PEM text: the certificate itself first, then the intermediates in order.
    public var chain: [UInt8]
    /// PEM text of an unencrypted private key.
    public var privateKey: [UInt8]

    /// - Parameters:
    ///   - chain: PEM text: the certificate itself first, then the intermediates in order.
    ///   - privateKey: PEM text of an unencrypted private key.
    public init(chain: [UInt8], privateKey: [UInt8]) {
        self.chain = chain
        self.privateKey = privateKey
    }
}

extension TLSCertificate: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "TLSCertificate(<redacted>)" }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Versions of the protocol. Older ones are broken ([RFC 8996](https://www.rfc-editor.org/rfc/rfc8996)).
public enum TLSVersion: Int, Comparable, Sendable {
    /// [RFC 5246](https://www.rfc-editor.org/rfc/rfc5246).
    case v1_2 = 0x0303
    /// [RFC 8446](https://www.rfc-editor.org/rfc/rfc8446).
    case v1_3 = 0x0304

    /// Older is less.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

/// How servers behave.
public struct TLSServerConfiguration: Sendable {
    /// Chosen by the name that the client asks for; the first one answers for every other name.
    public var certificates: [TLSCertificate]
    /// The oldest version that is accepted.
    public var minimumVersion: TLSVersion
    /// Offered in this order of preference. When empty, application protocols are not negotiated.
    public var applicationProtocols: [ApplicationProtocol]

    /// - Parameters:
    ///   - certificates: chosen by the name that the client asks for; the first one answers for every other name.
    ///   - minimumVersion: the oldest version that is accepted.
    ///   - applicationProtocols: offered in this order of preference.
    public init(
        certificates: [TLSCertificate], minimumVersion: TLSVersion = .v1_2,
        applicationProtocols: [ApplicationProtocol] = [.http11]
    ) {
        self.certificates = certificates
        self.minimumVersion = minimumVersion
        self.applicationProtocols = applicationProtocols
    }
}

/// How clients behave.
public struct TLSClientConfiguration: Sendable {
    /// PEM text of the certificate authorities to trust; nil for those of the system.
    public var authorities: [UInt8]?
    /// Whether servers are verified, by authority and by name. Those that are not can be anybody.
    public var verifiesServers: Bool
    /// Shown to servers that ask for one.
    public var certificate: TLSCertificate?
    /// The oldest version that is accepted.
    public var minimumVersion: TLSVersion
    /// Offered in this order of preference. When empty, application protocols are not negotiated.
    public var applicationProtocols: [ApplicationProtocol]

    /// - Parameters:
    ///   - authorities: PEM text of the certificate authorities to trust; nil for those of the system.
    ///   - verifiesServers: whether servers are verified, by authority and by name.
    ///   - certificate: shown to servers that ask for one.
    ///   - minimumVersion: the oldest version that is accepted.
    ///   - applicationProtocols: offered in this order of preference.
    public init(
        authorities: [UInt8]? = nil, verifiesServers: Bool = true, certificate: TLSCertificate? = nil,
        minimumVersion: TLSVersion = .v1_2, applicationProtocols: [ApplicationProtocol] = [.http11]
    ) {
        self.authorities = authorities
        self.verifiesServers = verifiesServers
        self.certificate = certificate
        self.minimumVersion = minimumVersion
        self.applicationProtocols = applicationProtocols
    }
}
