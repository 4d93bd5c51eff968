import Bytes
import Reactor
import Telemetry

/// What is run for one instance of a service, and where it will listen.
struct ProcessCommand: Sendable {
    /// The program and its arguments.
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String]
    /// Where it runs.
    var directory: String
    /// What it finds in descriptor 3.
    var secret: Secret?
    /// Where it will listen.
    var address: SocketAddress
    /// The path of its socket, when it was told one.
    var socketPath: String?

    /// What logs and metrics call its endpoint.
    var endpointName: String {
        if case .unix(let path) = address { path } else { address.description }
    }

    /// How it is started, through `launcher` if that is not empty.
    func specification(launcher: [String]) -> ProcessSpecification {
        // Whoever reads the secret takes it for a file, and drops the line feed that files end with.
        let inherited = secret.map { $0.bytes.array + [UInt8(ascii: "\n")] }
        return ProcessSpecification(
            command: launcher + arguments, environment: environment, workingDirectory: directory, inherited: inherited)
    }
}
