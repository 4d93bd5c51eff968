import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct RequestBodyTests {
    @Test(arguments: [false, true])
    func `bodies of any size go both ways in chunks, with trailers`(isSecure: Bool) async throws {
        try await withServer(isSecure: isSecure, handler: echo) { server in
            let client = try await server.connect()
            for size in [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000, 3_000_000] {
                let body = pattern(size)
                let loop = server.loop
                async let sending: Void = {
                    try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                    var sent = 0
                    while sent < size {
                        let count = min(size - sent, 1 + sent * 7 % 70_000)
                        try await client.send("\(String(count, radix: 16));x=y\r\n")
                        try await client.send(Array(body[sent..<sent + count]))
                        try await client.send("\r\n")
                        sent += count
                    }
                    try await client.send("0\r\nX-Sum: \(size)\r\nContent-Length: 5\r\n\r\n")
                }()
                let answer = try await client.message()
                try await sending
                #expect(answer.body == body)
                #expect(answer.trailers == ["x-sum": "\(size)"])
                #expect(loop.isCurrent)
            }
        }
    }

    @Test func `100 is sent when the handler reads, and only then`() async throws {
        try await withServer(handler: { exchange in
            if exchange.pathText == "/refuse" { return await exchange.reply("no", status: 403) }
            let body = (try? await exchange.readBody()) ?? []
            await exchange.reply(body)
        }) { server in
            let client = try await server.connect()
            func head(_ path: String, _ version: String = "1.1") -> String {
                "POST \(path) HTTP/\(version)\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
            }
            for _ in 0..<3 {
                try await client.send(head("/take"))
                #expect(try await client.message().startLine == "HTTP/1.1 100 Continue")
                let answer = try await client.ask("body")
                #expect(answer.text == "body")
                #expect(answer.fields["connection"] == nil)
            }
            // A client that did not wait needs no 100 (RFC 9110, section 10.1.1).
            #expect(try await client.ask(head("/take") + "here").text == "here")
            let refused = try await client.ask(head("/refuse"))
            #expect(refused.status == 403)
            #expect(refused.fields["connection"] == "close")
            #expect(try await client.endsHere())
            // A 1.0 client does not know 100.
            let old = try await server.connect()
            #expect(try await old.ask(head("/take", "1.0") + "body").text == "body")
        }
    }

    @Test(arguments: [10, 60_000, 70_000, 3_000_000])
    func `a body that the handler does not read is drained, or ends the connection`(size: Int) async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            let isSmall = size < 64 * 1024
            try await client.send("POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            let answer = try await client.message()
            #expect(answer.text == "/ignored")
            #expect(answer.fields["connection"] == (isSmall ? nil : "close"))
            try await client.send(pattern(size))
            if isSmall {
                #expect(try await client.ask("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").text == "/next")
            } else {
                try await client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
                client.finishSending()
                #expect(try await client.endsHere())
                #expect(!client.isReset)
            }
        }
    }

    @Test func `an unread chunked body that is too long ends the connection without a reset`() async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            let chunk = "4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n"
            try await client.send("POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
            #expect(try await client.message().text == "/early")
            for _ in 0..<10 { try await client.send(chunk) }
            client.finishSending()
            #expect(try await client.endsHere())
            #expect(!client.isReset)
        }
    }

    @Test(arguments: [
        "5\r\nab\r\n", "5\n", "\r\n", "g\r\n", "ffffffffffffffffff\r\n", "2\r\nabc\r\n", "2;\u{1}\r\n",
        "0\r\nbad name: x\r\n\r\n",
    ])
    func `a broken body is an error however often it is read, and ends the connection`(body: String) async throws {
        try await withServer(handler: { exchange in
            var failures = 0
            for _ in 0..<4 {
                do {
                    while case .available(let count) = try exchange.pollBody() {
                        exchange.takeBody(count) { (consumed: $0.count, ()) }
                    }
                } catch { failures += 1 }
            }
            do { _ = try await exchange.readBody() } catch { failures += 1 }
            await exchange.reply("\(failures > 0)", status: 400)
        }) { server in
            let client = try await server.connect()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
                    + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try await client.message()
            #expect(answer.text == "true")
            #expect(answer.fields["connection"] == "close")
            #expect(try await client.endsHere())
        }
    }

    @Test func `a body that breaks after the response ends the connection`() async throws {
        try await withServer(handler: { exchange in
            exchange.sendHead(.length(2))
            try? await exchange.write(Array("ok".utf8))
            _ = try? exchange.pollBody()
            try? await exchange.end()
        }) { server in
            let client = try await server.connect()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.message().text == "ok")
            #expect(try await client.endsHere())
        }
    }

    @Test func `the response may end while the client still uploads`() async throws {
        try await withServer(handler: { exchange in
            guard case .available? = try? exchange.pollBody(), exchange.requestFraming == .length(5_000_000) else {
                return await answerPath(exchange)
            }
            await exchange.reply(pattern(100_000), status: 413)
        }) { server in
            let client = try await server.connect()
            try await client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nfirst bytes")
            let answer = try await client.message()
            #expect(answer.status == 413)
            #expect(answer.body == pattern(100_000))
            #expect(answer.fields["connection"] == "close")
            // What comes is read and dropped for a while, so that no reset overtakes the response.
            try await client.send(pattern(1_000_000))
            client.finishSending()
            #expect(try await client.endsHere())
            #expect(!client.isReset)
        }
    }

    @Test func `a client that breaks off within its body is an error`() async throws {
        nonisolated(unsafe) var failure: RequestBodyError?
        try await withServer(handler: { exchange in
            do { _ = try await exchange.readBody() } catch { failure = error as? RequestBodyError }
            exchange.abort()
        }) { server in
            let client = try await server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            client.close()
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
        }
        #expect(failure == .channel(.closed))
    }

    @Test func `a wait for the body can be ended, and the connection is not used again`() async throws {
        try await withServer(handler: { exchange in
            exchange.loop.spawn(with: exchange) { $0.interruptBody() }
            await #expect(throws: RequestBodyError.channel(.interrupted)) { try await exchange.readBody() }
            exchange.clearInterruption()
            await exchange.reply("enough")
        }) { server in
            let client = try await server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
            let answer = try await client.message()
            #expect(answer.text == "enough")
            #expect(answer.fields["connection"] == "close")
            client.finishSending()
            #expect(try await client.endsHere())
        }
    }
}
