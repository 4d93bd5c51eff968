import Foundation

/// One end of WebSockets in Python, by an independent library: see `Support/websocket_peer.py`.
final class WebSocketPeer: Sendable {
    private let process: ChildProcess
    private let files: TemporaryFolder

    private init(_ arguments: [String]) throws {
        files = try TemporaryFolder()
        process = try ChildProcess(script: "websocket_peer.py", arguments, files: files)
    }

    deinit {
        process.end()
    }

    /// A server that answers every message with the same; returns its port too.
    static func server() throws -> (peer: WebSocketPeer, port: Int) {
        let peer = try WebSocketPeer(["serve"])
        guard let port = eventually(within: 20, { Int(peer.lines.first ?? "") }) else {
            throw HarnessError("no server: \(peer.files.text(of: "err"))")
        }
        return (peer, port)
    }

    /// A client of a gateway.
    /// - Parameter command: `talk` to say all kinds of things, `hold` to stay until it is closed.
    static func client(
        _ command: String, _ path: String, of gateway: GatewayProcess, _ options: String...
    ) throws -> WebSocketPeer {
        let url = "wss://localhost:\(gateway.ports.https)\(path)"
        return try WebSocketPeer([command, url, "--ca", gateway.authority.path] + options)
    }

    private var lines: [Substring] { files.text(of: "out").split(separator: "\n") }

    /// Waits until the client has had an answer.
    func waitUntilOpen() throws {
        guard becomesTrue(within: 30, { lines.first == "open" }) else {
            throw HarnessError("not open: \(files.text(of: "out")) \(files.text(of: "err"))")
        }
    }

    var isRunning: Bool { process.isRunning }

    /// What the client found, once it has ended.
    func result(within seconds: Double = 90) throws -> JSON {
        guard process.wait(seconds: seconds) == .exited(0), let line = lines.last else {
            throw HarnessError("the client failed: \(files.text(of: "out")) \(files.text(of: "err"))")
        }
        return JSON(line)
    }
}
