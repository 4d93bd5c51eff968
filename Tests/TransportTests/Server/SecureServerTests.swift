import Bytes
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

@Suite struct SecureServerTests {
    @Test func `many requests in one record are all answered`() async throws {
        try await withServer(isSecure: true, handler: answerPath) { server in
            let client = try await server.connect()
            #expect(client.channel.security?.version == .v1_3)
            for count in [1, 50, 350] {
                let requests = (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
                #expect(requests.utf8.count < 16 * 1024)
                try await client.send(requests)
                for index in 0..<count { #expect(try await client.message().text == "/\(index)") }
            }
            try await client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await client.message().text == "/last")
            #expect(try await client.endsHere())
            // Not cut, but closed with an alert (RFC 8446, section 6.1).
            #expect(!client.isReset)
        }
    }

    @Test func `plain HTTP where TLS is spoken is told so`() async throws {
        try await withServer(isSecure: true, handler: answerPath) { server in
            let client = try await Peer.connect(to: server.address, on: server.loop)
            let answer = try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 400)
            #expect(answer.text.contains("https://"))
            #expect(try await client.endsHere())
            client.close()
        }
    }

    @Test func `requests and records need not agree`() async throws {
        try await withServer(isSecure: true, handler: answerPath) { server in
            let client = try await server.connect()
            let requests = Array((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined().utf8)
            for start in stride(from: 0, to: requests.count, by: 3) {
                try await client.send(Array(requests[start..<min(requests.count, start + 3)]))
                if start % 9 == 0 { await Task.yield() }
            }
            for index in 0..<20 { #expect(try await client.message().text == "/\(index)") }
        }
    }

    @Test(arguments: [10, 70_000, 2_000_000])
    func `big bodies go up and come down`(size: Int) async throws {
        try await withServer(
            isSecure: true,
            handler: { exchange in
                let security = exchange.security
                #expect(security?.version == .v1_3)
                await exchange.reply((try? await exchange.readBody()) ?? [])
            }
        ) { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
                try await client.send(pattern(size))
                let answer = try await client.message()
                #expect(answer.body == pattern(size))
                #expect(answer.fields["connection"] == nil)
            }
        }
    }

    @Test func `a second connection resumes the session of the first`() async throws {
        try await withServer(
            isSecure: true,
            handler: { exchange in
                let isResumed = exchange.security?.isResumed == true
                await exchange.reply("\(isResumed)")
            }
        ) { server in
            // Tickets serve once, and other tests use the shared context.
            let context = TestCertificate.makeClient()
            let client = try await Peer.connect(to: server.address, on: server.loop, tls: context)
            let first = try await client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(first.text == "false")
            _ = try await client.rest()
            let again = try await Peer.connect(to: server.address, on: server.loop, tls: context)
            #expect(try await again.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "true")
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{5}hello", ""])
    func `what is no handshake ends the connection`(bytes: String) async throws {
        try await withServer(isSecure: true, handler: answerPath) { server in
            let client = try await Peer.connect(to: server.address, on: server.loop)
            try await client.send(bytes)
            client.finishSending()
            let answer = String(decoding: try await client.rest(), as: UTF8.self)
            #expect(!answer.contains("HTTP/1.1 200"))
        }
    }

    @Test func `a client that leaves at any point of a handshake or request leaves nothing behind`() async throws {
        try await withServer(isSecure: true, handler: echo) { server in
            for index in 0..<60 {
                if index % 3 == 0 {
                    let client = try await Peer.connect(to: server.address, on: server.loop)
                    _ = client.trySend([UInt8](repeating: 0x16, count: index))
                    index % 2 == 0 ? client.close() : client.reset()
                    continue
                }
                let client = try await server.connect()
                if index % 3 == 1 {
                    try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
                }
                // Without the close alert, with it, and with a reset.
                switch index % 4 {
                case 0: client.channel.watcher.close()
                case 1: client.reset()
                default: client.close()
                }
            }
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
            // A process that another test starts right now may have them for a moment too.
            try await server.loop.until("the sockets' end") { (try? openSockets(port: server.address.port!)) == 1 }
        }
    }
}
