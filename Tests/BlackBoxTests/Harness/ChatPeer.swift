import Foundation

/// Clients of the chat in Python, by an independent library: see `Support/chat_peer.py`.
final class ChatPeer: Sendable {
    private let process: ChildProcess
    private let files: TemporaryFolder

    /// - Parameters:
    ///   - command: `talk`, `refused` or `hold`.
    ///   - transport: `polling`, `websocket`, or both with a comma between them.
    init(_ command: String, of gateway: GatewayProcess, transport: String, _ options: String...) throws {
        guard let python = Places.venvPython else { throw HarnessError("no Python with packages") }
        files = try TemporaryFolder()
        let output = open(files.file("out").path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let errors = open(files.file("err").path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(output)
            close(errors)
        }
        let script = Places.support.appending(path: "chat_peer.py").path
        process = try ChildProcess(
            python, [script, command, gateway.url, "--ca", gateway.authority.path, "--transport", transport] + options,
            output: output, errors: errors)
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
