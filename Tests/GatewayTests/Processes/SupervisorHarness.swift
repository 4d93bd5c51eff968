import Bytes
import Foundation
import Policy
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// A supervisor on a loop of its own, with a folder, a log and short times.
final class SupervisorHarness: Sendable {
    let loop: EventLoop
    let folder: URL
    let supervisor: Supervisor
    let service: Service
    private let writer: LogWriter

    private init(loop: EventLoop, checked: Bool, _ change: (inout SupervisorSettings) -> Void) throws {
        self.loop = loop
        folder = FileManager.default.temporaryDirectory.appending(path: "p-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        writer = try LogWriter(.file(folder.appending(path: "log").path))
        var settings = SupervisorSettings(launcher: [])
        settings.backoff.initial = 20_000_000
        settings.backoff.maximum = 200_000_000
        settings.replacementTimeout = 5_000_000_000
        settings.drainTimeout = 1_000_000_000
        change(&settings)
        supervisor = Supervisor(
            on: loop, settings: settings, log: ProcessLog(logger: Logger(writer: writer), isTerminal: false))
        var serviceSettings = ServiceSettings()
        serviceSettings.health.isEnabled = checked
        service = Service(
            name: "app", settings: serviceSettings, endpoints: [], loops: 1, seed: 1, sink: { _, _ in })
    }

    /// Runs `body` on the loop, and leaves nothing behind.
    static func run(
        checked: Bool = false, _ change: @escaping @Sendable (inout SupervisorSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (SupervisorHarness) async throws -> Void
    ) async throws {
        let loop = try EventLoop(index: 0)
        let harness = try SupervisorHarness(loop: loop, checked: checked, change)
        loop.start()
        defer { try? FileManager.default.removeItem(at: harness.folder) }
        defer { loop.stop() }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            loop.spawn {
                var result = Result<Void, any Error>.success(())
                do { try await body(harness) } catch { result = .failure(error) }
                await harness.supervisor.stopAll(by: loop.now + 1_000_000_000)
                continuation.resume(with: result)
            }
        }
    }

    var log: String {
        writer.flush()
        return (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
    }

    func surroundings(state: String? = nil, secret: String? = nil) -> ProcessSurroundings {
        ProcessSurroundings(
            stateDirectory: state ?? folder.appending(path: "var").path, workingDirectory: folder.path,
            shopExecutable: "/no/shop", currentDirectory: "/",
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/bin:/usr/bin", "HUSH": "secret"],
            identity: secret.map { HandlerIdentity(secret: Secret($0), issuer: nil, audience: nil) })
    }

    /// Applies one service that runs `command`.
    func apply(_ command: [String], state: String? = nil, _ change: (inout ProcessDefinition) -> Void = { _ in }) {
        var definition = ProcessDefinition(program: .command(command))
        change(&definition)
        apply(ProcessPlan(service: "app", definition: definition, surroundings: surroundings(state: state)))
    }

    func apply(_ plan: ProcessPlan) {
        supervisor.apply([SupervisedService(service: service, plan: plan)])
    }

    func apply(script: String, _ change: (inout ProcessDefinition) -> Void = { _ in }) {
        apply(["/bin/sh", "-c", script], change)
    }

    var processes: [ProcessStatus] { supervisor.board.processes(of: "app") }

    /// The process number `instance`, as soon as `condition` holds for it.
    @discardableResult
    func process(
        _ instance: Int = 0, _ what: String = "", until condition: (ProcessStatus) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessStatus {
        let isSo = await becomes { processes.contains { $0.instance == instance && condition($0) } }
        let found = processes.first { $0.instance == instance }
        #expect(isSo, "\(String(describing: found))", sourceLocation: sourceLocation)
        return try #require(found, sourceLocation: sourceLocation)
    }

    /// Waits on the loop until `condition` holds; false when it never does.
    func becomes(_ condition: () -> Bool) async -> Bool {
        let deadline = loop.now + 20_000_000_000
        while loop.now < deadline {
            if condition() { return true }
            await loop.sleep(for: 5_000_000)
        }
        return false
    }

    /// A server that accepts and says nothing, on PORT or SOCKET.
    static let server = [
        "python3", "-c",
        """
        import os, socket
        unix = os.environ.get("SOCKET")
        listener = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        if not unix: listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(unix or ("127.0.0.1", int(os.environ["PORT"])))
        listener.listen()
        while True: listener.accept()[0].close()
        """,
    ]

    /// Whether a process exists and is no zombie.
    static func exists(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}
