import Bytes
import HTTP
import Reactor

@testable import Transport

extension TestServer {
    /// The HTTP/2 connections.
    var sessions: [H2ServerConnection] {
        worker.connections.values.compactMap { connection in
            if case .h2(let session) = connection.carrier { session } else { nil }
        }
    }

    /// The only HTTP/2 connection, once it is there.
    func session() async throws -> H2ServerConnection {
        try await loop.until("a connection") { !sessions.isEmpty }
        return sessions[0]
    }
}

/// Runs `body` against a server that speaks HTTP/2 under TLS, all on one loop.
func withH2Server(
    _ limits: ServerLimits = ServerLimits(), handler: @escaping @Sendable (Exchange) async -> Void,
    _ body: @escaping @Sendable (TestServer) async throws -> Void
) async throws {
    try await withServer(limits, isSecure: true, handler: handler, body)
}

/// A handler's pause, which the test ends. Confined to the loop.
final class Gate: @unchecked Sendable {
    private var sleepers: [Sleeper] = []
    private var isOpen = false
    /// How many wait.
    var waiting: Int { sleepers.count }

    func pass(on loop: EventLoop) async {
        if isOpen { return }
        let sleeper = Sleeper(loop: loop)
        sleepers.append(sleeper)
        _ = await sleeper.sleep(until: loop.patience)
    }

    func open() {
        isOpen = true
        for sleeper in sleepers { sleeper.wake() }
        sleepers = []
    }
}

/// What happened on the loop.
final class Notes<Value>: @unchecked Sendable {
    var values: [Value] = []
}
