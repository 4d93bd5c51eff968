import Bytes
import Reactor

/// How the processes of one service are run. Pure: an instance's number and a port give a command.
public struct ProcessPlan: Sendable {
    /// The name of the service.
    public let service: String
    /// What the configuration says of its processes.
    public let definition: ProcessDefinition
    /// What they are given besides.
    public let surroundings: ProcessSurroundings
    /// Whether they are spoken to in HTTP/2.
    public let usesHTTP2: Bool

    /// The longest path that fits into the address of a Unix socket: 108 bytes with the final zero.
    static let longestSocketPath = 107

    /// - Parameters:
    ///   - service: the name of the service.
    ///   - definition: what the configuration says of its processes.
    ///   - surroundings: what they are given besides.
    ///   - usesHTTP2: whether they are spoken to in HTTP/2.
    public init(
        service: String, definition: ProcessDefinition, surroundings: ProcessSurroundings, usesHTTP2: Bool = false
    ) {
        self.service = service
        self.definition = definition
        self.surroundings = surroundings
        self.usesHTTP2 = usesHTTP2
    }

    /// The plan of a service that is run by processes; nil for one that runs elsewhere.
    public init?(_ service: ServiceDefinition, surroundings: ProcessSurroundings) {
        guard case .process(let definition) = service.source else { return nil }
        self.init(
            service: service.name, definition: definition, surroundings: surroundings,
            usesHTTP2: service.protocol.isHTTP2)
    }

    /// Whether a process of the other plan may go on under this one: all that a process is given is the same.
    func runsTheSame(as other: ProcessPlan) -> Bool {
        var (left, right) = (definition, other.definition)
        left.instances = right.instances
        left.restart = right.restart
        left.stopTimeout = right.stopTimeout
        guard left == right, usesHTTP2 == other.usesHTTP2 else { return false }
        guard surroundings.environment == other.surroundings.environment else { return false }
        guard surroundings.stateDirectory == other.surroundings.stateDirectory else { return false }
        guard surroundings.workingDirectory == other.surroundings.workingDirectory else { return false }
        guard surroundings.internal == other.surroundings.internal else { return false }
        guard case .handler = definition.program else { return true }
        return surroundings == other.surroundings
    }

    /// The port that the configuration gives to an instance.
    func fixedPort(of instance: Int) -> UInt16? {
        // The configuration has been checked: all instances fit.
        definition.port.map { $0 &+ UInt16(truncatingIfNeeded: instance) }
    }

    /// Whether an instance listens on a free port that is found for it.
    var needsFreePort: Bool {
        guard definition.port == nil, case .command = definition.program else { return false }
        return mentions("{port}") || !mentions("{socket}")
    }

    /// Whether an instance is told a Unix socket.
    private var usesSocket: Bool {
        switch definition.program {
        case .handler: definition.port == nil
        case .command: mentions("{socket}")
        }
    }

    private func mentions(_ placeholder: String) -> Bool {
        guard case .command(let words) = definition.program else { return false }
        return (words + definition.environment.map(\.value.value)).contains { $0.contains(placeholder) }
    }

    /// The command of one instance.
    ///
    /// - Parameters:
    ///   - instance: its number, from zero.
    ///   - generation: how many processes have been made for this instance before, so that a process and the one that
    ///     replaces it have sockets of their own.
    ///   - freePort: a port that nobody uses, if `needsFreePort`.
    func command(instance: Int, generation: Int, freePort: UInt16?) throws(ProcessError) -> ProcessCommand {
        let port = fixedPort(of: instance) ?? freePort
        let socket = usesSocket ? try socketPath(instance: instance, generation: generation) : nil
        var values: [(placeholder: String, value: String)] = []
        if let port { values.append(("{port}", "\(port)")) }
        if let socket { values.append(("{socket}", socket)) }
        func filled(_ text: String) -> String {
            values.reduce(text) { $0.replacingEvery($1.placeholder, with: $1.value) }
        }

        var environment = surroundings.environment
        environment["GATEWAY_SERVICE"] = service
        environment["GATEWAY_INSTANCE"] = "\(instance)"
        environment["PORT"] = port.map { "\($0)" }
        environment["SOCKET"] = socket
        environment["GATEWAY_INTERNAL"] = surroundings.internal
        var arguments: [String]
        var secret = surroundings.identity?.secret
        switch definition.program {
        case .handler(let name):
            let place = socket.map { ["--socket", $0] } ?? ["--port", "\(port ?? 0)"]
            let database = definition.database ?? "\(surroundings.stateDirectory)/\(service).db"
            arguments = [surroundings.shopExecutable, name] + place + ["--database", database]
            environment.merge(surroundings.identity?.variables ?? [:]) { $1 }
        case .command(let words):
            arguments = words.map(filled)
            secret = nil
        }
        for variable in definition.environment { environment[variable.name] = filled(variable.value.value) }

        let address: SocketAddress
        if let port {
            address = .ipv4(InternetAddress(ipv4: 0x7F00_0001), port: port)
        } else {
            address = .unix(path: socket ?? "")
        }
        return ProcessCommand(
            arguments: arguments, environment: environment,
            directory: definition.workingDirectory ?? surroundings.workingDirectory, secret: secret, address: address,
            socketPath: socket)
    }

    private func socketPath(instance: Int, generation: Int) throws(ProcessError) -> String {
        let suffix = generation == 0 ? "" : ".\(generation)"
        let path = "\(surroundings.socketDirectory)/\(service)-\(instance)\(suffix).sock"
        if path.utf8.count > Self.longestSocketPath { throw .socketPathTooLong(path) }
        return path
    }
}

extension String {
    /// This text with every `placeholder` replaced; what was put in is not looked at again.
    fileprivate func replacingEvery(_ placeholder: String, with value: String) -> String {
        var result = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if rest.hasPrefix(placeholder) {
                result += value
                rest = rest.dropFirst(placeholder.count)
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
