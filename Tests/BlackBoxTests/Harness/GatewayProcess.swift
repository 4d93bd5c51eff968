import Foundation

/// A running gateway with a folder, ports, certificates and a configuration of its own.
final class GatewayProcess: @unchecked Sendable {
    let folder: TemporaryFolder
    let ports: Ports
    private(set) var process: ChildProcess
    private let arguments: [String]
    private let wrapper: [String]

    struct Ports: Sendable {
        let https: Int
        let http: Int
        let admin: Int
    }

    /// The signing secret of the `shop` profile that `Setup` configures.
    static let secret = "an hs256 secret for tests only, 40 bytes"

    /// Starts a gateway and waits until it is ready.
    ///
    /// - Parameter wrapper: a program and its arguments that set something up and become the gateway.
    convenience init(_ setup: Setup, folder: TemporaryFolder? = nil, through wrapper: [String] = []) throws {
        try self.init(folder: folder, through: wrapper) { setup.text(ports: $0) }
    }

    /// Starts a gateway with the repository's own configuration, on free ports, and waits for its services.
    ///
    /// - Parameter isUnlimited: lets it take as many requests as come.
    static func withRepositoryConfiguration(isUnlimited: Bool = false) throws -> GatewayProcess {
        let folder = try TemporaryFolder()
        let text = try String(contentsOf: Places.repository.appending(path: "routes.json"), encoding: .utf8)
        try folder.write(String(repeating: "0123456789abcdef", count: 4), to: "certs/jwt.secret", mode: 0o600)
        let gateway = try GatewayProcess(folder: folder) { ports in
            (isUnlimited
                ? text.replacing("200/s per ip burst 400", with: "1000000/s per ip burst 1000000")
                    .replacing(/, "rateLimit": "[0-9]+\/[smh] per (ip|sub)( burst [0-9]+)?"/, with: "") : text)
                .replacing(":8443", with: ":\(ports.https)")
                .replacing(":8080", with: ":\(ports.http)").replacing(":9901", with: ":\(ports.admin)")
        }
        let isUp = try becomesTrue(within: 60) { try gateway.admin("/health").json["status"].string == "pass" }
        guard isUp else { throw HarnessError("the services did not come up: \(gateway.logs.suffix(2000))") }
        return gateway
    }

    /// - Parameter configuration: the text of routes.json for these ports.
    init(
        folder: TemporaryFolder? = nil, arguments: [String] = ["--threads", "2"], through wrapper: [String] = [],
        configuration: (Ports) -> String
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.arguments = arguments
        self.wrapper = wrapper
        ports = Ports(https: try Sockets.freePort(), http: try Sockets.freePort(), admin: try Sockets.freePort())
        try self.folder.write(Self.secret, to: "jwt.secret", mode: 0o600)
        try self.folder.write(configuration(ports), to: "routes.json")
        process = try Self.launch(in: self.folder, arguments: arguments, through: wrapper)
        try waitUntilReady()
    }

    deinit {
        // First as it should be, so that its services stop too; then for sure.
        process.signal(SIGTERM)
        process.signal(SIGTERM)
        if process.wait(seconds: 5) == nil { process.end() }
    }

    private static func launch(
        in folder: TemporaryFolder, arguments: [String], through wrapper: [String]
    ) throws -> ChildProcess {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        let output = open(folder.file("stdout.log").path, flags, 0o600)
        let errors = open(folder.file("stderr.log").path, flags, 0o600)
        defer {
            close(output)
            close(errors)
        }
        let line = wrapper + [Places.gateway, "serve", "--config", folder.file("routes.json").path] + arguments
        return try ChildProcess(
            line[0], Array(line.dropFirst()), folder: folder.path, output: output, errors: errors)
    }

    func waitUntilReady() throws {
        let isReady = becomesTrue(within: 30) {
            !process.isRunning || (try? admin("/health/ready").status) == 200
        }
        guard isReady, process.isRunning else {
            throw HarnessError("the gateway did not become ready: \(logs.suffix(2000))")
        }
    }

    /// Starts it again, with the same folder and ports, after it has ended.
    func restart() throws {
        process = try Self.launch(in: folder, arguments: arguments, through: wrapper)
        try waitUntilReady()
    }

    /// The development authority that the gateway made.
    var authority: URL { folder.file("certs/dev-ca.pem") }
    var url: String { "https://localhost:\(ports.https)" }
    var logs: String { folder.text(of: "stdout.log") + folder.text(of: "stderr.log") }

    /// The lines of the access log.
    var accessLog: [JSON] {
        folder.text(of: "stdout.log").split(separator: "\n").map { JSON($0) }.filter {
            $0["requestId"].exists && $0["status"].exists
        }
    }

    /// The line of the access log for this request, once it is there.
    func accessLogLine(requestID: String) -> JSON? {
        eventually(within: 10) { accessLog.first { $0["requestId"].string == requestID } }
    }

    /// A connection to the public listener, with TLS.
    func wire(options: [String] = []) throws -> Wire {
        try Wire(tlsPort: ports.https, authority: authority, options: options)
    }

    /// A request to the admin listener.
    func admin(_ target: String, method: String = "GET") throws -> Answer {
        let wire = try Wire(port: ports.admin)
        wire.send("\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return try wire.readAnswer()
    }

    /// The samples of `/metrics` whose name and labels contain all of these.
    func metric(_ name: String, _ labels: String...) throws -> Double? {
        let lines = try admin("/metrics").text.split(separator: "\n").filter { line in
            (line.hasPrefix(name + "{") || line.hasPrefix(name + " ")) && labels.allSatisfy { line.contains($0) }
        }
        return lines.isEmpty
            ? nil : lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// The `gateway` command, run in the folder of this gateway.
    func command(_ arguments: String..., seconds: Double = 30) throws -> Command {
        try Command.run(Places.gateway, arguments, folder: folder.path, seconds: seconds)
    }

    /// Its resident memory.
    var residentKiB: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// How many descriptors it has open.
    var descriptorCount: Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd")) ?? []).count
    }

    /// The processes that it started and whose command line holds the text.
    func children(with text: String) -> [pid_t] {
        let pid = process.pid
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        let all = tasks.flatMap { task -> [pid_t] in
            let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
        return all.filter {
            (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8))?.contains(text) == true
        }
    }
}
