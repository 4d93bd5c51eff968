/// Everything that a routes.json says, checked and complete: defaults are filled in, secrets are read, names resolved.
///
/// A value of this type is usable as it stands; what is wrong with a file has been said by then. It never changes: a
/// reload makes a new one.
public struct Configuration: Sendable {
    /// The file it was read from.
    public let source: String
    /// The first 64 bits of the SHA-256 of the file's bytes, in hexadecimal. Holds no secret.
    public let hash: String
    /// Differs when the file, or any file or variable that it took content from, differs. Only for comparing within
    /// this process; secrets go into it.
    public let fingerprint: UInt64
    /// The files, besides `source`, whose content became part of this configuration.
    public let referencedFiles: [String]
    /// Everything doubtful that was found; none of it an error.
    public let warnings: [Diagnostic]

    /// Where the gateway listens.
    public let listen: ListenSettings
    /// What is logged, and where to.
    public let log: LogSettings
    /// Peers whose `X-Forwarded-*` fields are believed.
    public let trustedProxies: [AddressRange]
    /// Peers that may see `/health` and `/metrics` on the public address.
    public let adminAllow: [AddressRange]
    /// The folder of sockets, databases and logs.
    public let stateDirectory: String
    /// How tokens are checked, in the order of the file; routes refer to them by index.
    public let tokenProfiles: [TokenProfile]
    /// The limits that are not a route's own.
    public let limits: Limits
    /// The timeouts that are not a route's own.
    public let timeouts: Timeouts
    /// The services, in the order of the file; routes refer to them by index.
    public let services: [ServiceDefinition]
    /// The routes, in the order of the file.
    public let routes: [RouteDefinition]
    /// The routes of requests between services, one to each service, when there is a listener for them.
    public let internalRoutes: [RouteDefinition]
    /// What `/openapi.json` says of the API as a whole; nil when there is no such document.
    public let openAPI: OpenAPISettings?
    /// Expectations of the file about its own routes, all of which hold.
    public let tests: [RouteTest]

    /// Whether a path with an encoded slash or backslash may reach routing at all.
    public var allowsEncodedSlash: Bool { routes.contains { $0.allowsEncodedSlash } }
}
