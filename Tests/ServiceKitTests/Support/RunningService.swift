import Foundation
import JWT
import Reactor
import SQLite
import Telemetry

@testable import ServiceKit

/// A service that listens on a port of its own, with everything that it needs.
final class RunningService: Sendable {
    let port: UInt16
    private let loop: EventLoop
    private let server: LoopBound<ServiceServer>
    private let folder: String
    private let database: Database
    private static let secret = Secret("0123456789abcdef0123456789abcdef")

    init<Handler: ServiceHandler>(_ make: (HandlerContext) throws -> Handler) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kit-\(UUID().uuidString)").path
        database = try Database(path: folder + "/test.db", migrations: Handler.migrations)
        let logger = Logger(writer: try LogWriter(.file(folder + "/log")))
        let context = HandlerContext(
            database: database, logger: logger, work: BlockingWork(width: 1, limit: 1),
            tokens: TokenSettings(issuer: "shop", audience: "shop", secret: Self.secret), now: { 1000 })
        let service = try Service(make(context), context)
        let loop = try EventLoop(index: 0)
        self.loop = loop
        loop.start()
        (port, server) = try await withCheckedThrowingContinuation { continuation in
            loop.spawn {
                do {
                    let address = SocketAddress(ip: "127.0.0.1", port: 0)!
                    let server = try ServiceServer(service, at: address, on: loop, logger: logger)
                    server.run()
                    continuation.resume(returning: (server.address.port ?? 0, LoopBound(server, to: loop)))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    deinit {
        loop.stop()
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Stops it as the end of its process would.
    ///
    /// - Returns: how many requests were cut.
    func stop() -> Task<Int, Never> {
        // Begun on the loop itself: other threads may all be waiting for clients.
        Task(executorPreference: loop) { [server] in await server.call { await $0.stop(patience: 10_000_000_000) } }
    }

    func send(_ lines: String..., body: String = "") -> String {
        RawClient.exchange(
            port: port, lines.joined(separator: "\r\n") + "\r\nHost: x\r\nConnection: close\r\n\r\n" + body)
    }

    var authorization: String { "Authorization: Bearer " + token }

    var token: String {
        var claims = TokenClaims(subject: "u1", expiry: 2000)
        claims.issuer = "shop"
        claims.audiences = ["shop"]
        let secret = Self.secret
        let signer = try! TokenSigner(secret: secret.bytes)
        return String(decoding: try! signer.sign(claims), as: UTF8.self)
    }
}
