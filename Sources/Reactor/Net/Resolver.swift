internal import Glibc

/// Resolves names on a thread of its own: getaddrinfo blocks, and a loop never does.
public enum Resolver {
    /// A name that could not be resolved.
    public struct Failure: Error, CustomStringConvertible {
        /// The name.
        public let host: String
        /// What the resolver said.
        public let description: String
    }

    /// The addresses of `host`, which may be numeric, each with `port`; at least one.
    public static func resolve(_ host: String, port: UInt16) async throws(Failure) -> [SocketAddress] {
        if let numeric = SocketAddress(ip: host, port: port) { return [numeric] }
        return try await OffLoop.run("resolver") {
            Result { () throws(Failure) in try resolveBlocking(host, port: port) }
        }.get()
    }

    /// The same on the calling thread, which waits.
    public static func resolveBlocking(_ host: String, port: UInt16) throws(Failure) -> [SocketAddress] {
        if let numeric = SocketAddress(ip: host, port: port) { return [numeric] }
        let (addresses, code) = Syscalls.lookUp(host, port: port)
        guard code == 0, !addresses.isEmpty else {
            throw Failure(host: host, description: "cannot resolve \(host): \(Syscalls.resolverMessage(code))")
        }
        return addresses
    }
}
