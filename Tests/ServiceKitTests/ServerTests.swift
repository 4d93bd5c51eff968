import Foundation
import JWT
import Reactor
import SQLite
import Telemetry
import Testing

@testable import ServiceKit

/// A service that listens on a port of its own, with everything that it needs.
private final class RunningService: Sendable {
    let port: UInt16
    private let loop: EventLoop
    private let folder: String
    private let database: Database
    private static let secret = Secret("0123456789abcdef0123456789abcdef")

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kit-\(UUID().uuidString)").path
        database = try Database(path: folder + "/notes.db", migrations: NotesHandler.migrations)
        let logger = Logger(writer: try LogWriter(.file(folder + "/log")))
        let context = HandlerContext(
            database: database, logger: logger, work: BlockingWork(width: 1, limit: 1),
            tokens: TokenSettings(issuer: "shop", audience: "shop", secret: Self.secret), now: { 1000 })
        let service = try Service(NotesHandler(context), context)
        let loop = try EventLoop(index: 0)
        self.loop = loop
        loop.start()
        port = try await withCheckedThrowingContinuation { continuation in
            loop.spawn {
                do {
                    let address = SocketAddress(ip: "127.0.0.1", port: 0)!
                    let server = try ServiceServer(service, at: address, on: loop, logger: logger)
                    server.run()
                    continuation.resume(returning: server.address.port ?? 0)
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

    func send(_ lines: String..., body: String = "") -> String {
        RawClient.exchange(
            port: port, lines.joined(separator: "\r\n") + "\r\nHost: x\r\nConnection: close\r\n\r\n" + body)
    }

    var authorization: String {
        var claims = TokenClaims(subject: "u1", expiry: 2000)
        claims.issuer = "shop"
        claims.audiences = ["shop"]
        let secret = Self.secret
        let signer = try! TokenSigner(secret: secret.bytes)
        return "Authorization: Bearer " + String(decoding: try! signer.sign(claims), as: UTF8.self)
    }
}

@Suite struct ServerTests {
    @Test func `a request goes in over a socket and its answer comes out`() async throws {
        let service = try await RunningService()
        let body = #"{"text":"buy milk"}"#
        let made = service.send(
            "POST /notes HTTP/1.1", service.authorization, "Content-Type: application/json",
            "Content-Length: \(body.count)",
            body: body)
        #expect(made.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(made.contains("location: /notes/1\r\n"))
        #expect(made.hasSuffix("\r\n\r\n" + #"{"id":1,"text":"buy milk"}"#))
        let chunked = service.send(
            "POST /notes HTTP/1.1", service.authorization, "Transfer-Encoding: chunked",
            body: "8\r\n{\"text\":\r\n4\r\n\"x\"}\r\n0\r\n\r\n")
        #expect(chunked.hasPrefix("HTTP/1.1 201"))
        let read = service.send("GET /notes/2 HTTP/1.1", service.authorization)
        #expect(read.hasSuffix(#"{"id":2,"text":"x"}"#))
    }

    @Test func `an answer to HEAD has the length and no body`() async throws {
        let service = try await RunningService()
        let answer = service.send("HEAD /health HTTP/1.1")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.lowercased().contains("content-length: 79\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
        let options = service.send("OPTIONS /notes HTTP/1.1")
        #expect(options.hasPrefix("HTTP/1.1 204"))
        #expect(options.contains("allow: OPTIONS, POST\r\n"))
    }

    @Test func `problems carry the id of the request`() async throws {
        let service = try await RunningService()
        let answer = service.send("POST /notes HTTP/1.1", "X-Request-Id: abc-1", "Content-Length: 0")
        #expect(answer.hasPrefix("HTTP/1.1 401"))
        #expect(answer.contains("www-authenticate: Bearer\r\n"))
        #expect(answer.contains(#""requestId":"abc-1""#))
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", "400"),
            ("POST /notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", "413"),
            ("POST /notes HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n", "417"),
            ("POST /notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            ("POST /notes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
        ])
    func `what is not a request is refused and the connection closed`(request: String, status: String) async throws {
        let service = try await RunningService()
        let answer = RawClient.exchange(port: service.port, request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer)")
    }
}
