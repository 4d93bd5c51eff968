import Foundation

/// Clients of the chat in Python, by an independent library: see `Support/chat_peer.py`.
final class ChatPeer: Sendable {
    private let process: ChildProcess
    private let files: TemporaryFolder

    /// - Parameters:
    ///   - command: `talk`, `refused` or `hold`.
    ///   - transport: `polling`, `websocket`, or both with a comma between them.
    init(_ command: String, of gateway: GatewayProcess, transport: String, _ options: String...) throws {
        files = try TemporaryFolder()
        process = try ChildProcess(
            script: "chat_peer.py",
            [command, gateway.url, "--ca", gateway.authority.path, "--transport", transport] + options, files: files)
    }

    deinit {
        process.end()
    }

    private var lines: [Substring] { files.text(of: "out").split(separator: "\n") }

    /// Waits for a line that it prints so often.
    func wait(for line: String, count: Int = 1) throws {
        guard becomesTrue(within: 60, { lines.filter { $0 == line }.count >= count }) else {
            throw HarnessError("no \(line): \(files.text(of: "out")) \(files.text(of: "err"))")
        }
    }

    /// What the clients found, once they have ended.
    func result(within seconds: Double = 120) throws -> JSON {
        guard process.wait(seconds: seconds) == .exited(0), let line = lines.last else {
            throw HarnessError("the clients failed: \(files.text(of: "out")) \(files.text(of: "err"))")
        }
        return JSON(line)
    }

    /// Every line that it printed, as JSON.
    var all: [JSON] { lines.map { JSON($0) } }
}
