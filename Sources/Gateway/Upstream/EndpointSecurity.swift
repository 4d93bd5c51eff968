internal import Bytes
internal import TLS

/// How the connections to an endpoint are protected, where they are.
///
/// It belongs to what an endpoint is: one that is trusted otherwise, or whose authorities have changed, is another
/// endpoint, and no connection of the former is used for it.
public struct EndpointSecurity: Hashable, Sendable {
    /// The name that its certificate must have, also sent as SNI.
    let serverName: String
    /// What verifies it, and what the gateway shows of itself.
    let identity: Identity

    /// The context of a service's connections, and the material that it was made from.
    final class Identity: Sendable {
        let context: TLSClientContext
        let fingerprint: UInt64

        init(_ configuration: TLSClientConfiguration) throws(TLSConfigurationError) {
            context = try TLSClientContext(configuration)
            var fingerprint: UInt64 = 0
            for part in [
                [configuration.verifiesServers ? 1 : 0], configuration.authorities ?? [],
                configuration.certificate?.chain ?? [],
                configuration.certificate?.privateKey ?? [],
            ] {
                fingerprint = KeyedHash.hash(part.span, seed: fingerprint)
            }
            self.fingerprint = fingerprint
        }
    }

    /// Equal when the same certificates are accepted, and the same is shown.
    public static func == (left: Self, right: Self) -> Bool {
        left.serverName == right.serverName && left.identity.fingerprint == right.identity.fingerprint
    }

    /// Hashes what makes it equal.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(serverName)
        hasher.combine(identity.fingerprint)
    }
}
