public import Reactor

/// What processes are given besides their own definition.
public struct ProcessSurroundings: Equatable, Sendable {
    /// The folder of sockets and databases; absolute.
    public let stateDirectory: String
    /// Where processes run that name no folder of their own; absolute.
    public let workingDirectory: String
    /// The program that hosts handlers; absolute.
    public let shopExecutable: String
    /// The variables that every process gets.
    public let environment: [String: String]
    /// What handlers make and check tokens with.
    public let identity: HandlerIdentity?
    /// Where a service reaches the others by name, as a URL; nil for nowhere.
    public let `internal`: String?

    /// The variables of the gateway that its processes get too. All others may hold secrets.
    static let inheritedVariables = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"]

    /// - Parameters:
    ///   - stateDirectory: the folder of sockets and databases.
    ///   - workingDirectory: where processes run that name no folder of their own.
    ///   - shopExecutable: the program that hosts handlers.
    ///   - currentDirectory: what relative paths are relative to.
    ///   - environment: the gateway's own environment, of which little is passed on.
    ///   - identity: what handlers make and check tokens with.
    ///   - internal: where services reach each other, once that is bound.
    public init(
        stateDirectory: String, workingDirectory: String, shopExecutable: String, currentDirectory: String,
        environment: [String: String], identity: HandlerIdentity?, internal: SocketAddress? = nil
    ) {
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") ? path : currentDirectory + (path.isEmpty || path == "." ? "" : "/" + path)
        }
        self.stateDirectory = absolute(stateDirectory)
        self.workingDirectory = absolute(workingDirectory)
        self.shopExecutable = absolute(shopExecutable)
        self.environment = environment.filter { Self.inheritedVariables.contains($0.key) }
        self.identity = identity
        self.internal = `internal`.map { address in
            if case .unix(let path) = address { "unix:\(absolute(path))" } else { "http://\(address)" }
        }
    }

    /// The surroundings that a configuration gives.
    /// - Parameters:
    ///   - configuration: the configuration.
    ///   - executable: the gateway's own program, beside which `shop` lies.
    ///   - currentDirectory: what relative paths are relative to.
    ///   - environment: the gateway's own environment.
    public init(
        configuration: Configuration, executable: String, currentDirectory: String, environment: [String: String]
    ) {
        self.init(
            stateDirectory: configuration.stateDirectory, workingDirectory: Self.folder(of: configuration.source),
            shopExecutable: Self.folder(of: executable) + "/shop", currentDirectory: currentDirectory,
            environment: environment, identity: HandlerIdentity(configuration.tokenProfiles))
    }

    /// The folder of Unix sockets.
    var socketDirectory: String { Self.socketDirectory(in: stateDirectory) }

    /// The folder of Unix sockets under a state folder.
    static func socketDirectory(in stateDirectory: String) -> String { stateDirectory + "/run" }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
