public import Reactor

/// What the arguments of a service say. Secrets are none of them: every user of a machine sees arguments.
public struct LaunchOptions: Hashable, Sendable {
    /// Where the service listens.
    public let address: SocketAddress
    /// The file of its database.
    public let database: String

    /// Reads `(--socket PATH | --port N) --database PATH`, also with an equals sign.
    public init(_ arguments: [String]) throws(LaunchError) {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard ["--socket", "--port", "--database"].contains(parts[0]) else {
                throw LaunchError("unknown argument \(argument); known are --socket, --port and --database")
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                throw LaunchError("\(parts[0]) needs a value")
            }
            guard values.updateValue(value, forKey: parts[0]) == nil else {
                throw LaunchError("\(parts[0]) is given twice")
            }
        }
        guard let database = values["--database"] else { throw LaunchError("--database is missing") }
        self.database = database
        switch (values["--socket"], values["--port"]) {
        case (let path?, nil):
            guard path.utf8.count <= 107 else {
                throw LaunchError("--socket \(path): the path of a socket has at most 107 bytes")
            }
            address = .unix(path: path)
        case (nil, let text?):
            guard let port = UInt16(text) else { throw LaunchError("--port \(text): not a port") }
            // Only this machine: what is public goes through the gateway.
            address = .ipv4(InternetAddress(ipv4: 0x7f00_0001), port: port)
        default: throw LaunchError("give one of --socket PATH and --port N")
        }
    }
}
