import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

/// RFC 9112, section 9: which connections carry another request, and in which order.
@Suite struct PersistenceTests {
    @Test func `a connection carries one request after the other`() async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            for index in 0..<50 {
                let answer = try await client.ask("GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.startLine == "HTTP/1.1 200 OK")
                #expect(answer.text == "/\(index)")
                #expect(answer.fields["connection"] == nil)
            }
            #expect(server.worker.connectionCount == 1)
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            let requests = (0..<200).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            try await client.send(requests)
            for index in 0..<200 { #expect(try await client.message().text == "/\(index)") }
        }
    }

    @Test func `pipelined requests with bodies are told apart, byte by byte`() async throws {
        try await withServer(handler: echo) { server in
            let client = try await server.connect()
            let requests =
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                + "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\nX-T: 1\r\n\r\n"
                + "\r\nPOST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthree"
            for byte in requests.utf8 {
                try await client.send([byte])
                await Task.yield()
            }
            #expect(try await client.message().text == "one")
            let second = try await client.message()
            #expect(second.text == "two")
            #expect(second.trailers == ["x-t": "1"])
            let third = try await client.message()
            #expect(third.text == "three")
            #expect(third.fields["connection"] == "close")
            #expect(try await client.endsHere())
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1", "", nil, true),
            ("HTTP/1.1", "Connection: close\r\n", "close", false),
            ("HTTP/1.1", "Connection: x, Close\r\n", "close", false),
            ("HTTP/1.0", "", "close", false),
            ("HTTP/1.0", "Connection: keep-alive\r\n", "keep-alive", true),
            ("HTTP/1.0", "Connection: keep-alive, close\r\n", "close", false),
        ] as [(String, String, String?, Bool)])
    func `version and options decide whether it stays open`(
        version: String, option: String, answered: String?, stays: Bool
    ) async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            let request = "GET /x \(version)\r\nHost: a\r\n\(option)\r\n"
            let answer = try await client.ask(request)
            #expect(answer.text == "/x")
            #expect(answer.fields["connection"] == answered)
            if stays {
                #expect(try await client.ask(request).text == "/x")
            } else {
                #expect(try await client.endsHere())
            }
        }
    }

    @Test func `HEAD is answered without a body`() async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            try await client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try await client.message(isBodiless: true)
            #expect(answer.fields["content-length"] == "5")
            #expect(try await client.message().text == "/next")
        }
    }

    @Test func `a stream is chunked for 1.1 and ends with the connection for 1.0`() async throws {
        try await withServer(handler: { await $0.reply("streamed", as: .stream) }) { server in
            let new = try await server.connect()
            let chunked = try await new.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(chunked.fields["transfer-encoding"] == "chunked")
            #expect(chunked.text == "streamed")
            let old = try await server.connect()
            let whole = try await old.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(whole.fields["transfer-encoding"] == nil)
            #expect(whole.fields["connection"] == "close")
            #expect(whole.text == "streamed")
        }
    }

    @Test func `the last request that a connection may carry says so`() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 3
        try await withServer(limits, handler: answerPath) { server in
            let client = try await server.connect()
            for index in 1...4 { try await client.send("GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n") }
            for index in 1...3 {
                let answer = try await client.message()
                #expect(answer.text == "/\(index)")
                #expect(answer.fields["connection"] == (index == 3 ? "close" : nil))
            }
            #expect(try await client.endsHere())
            #expect(!client.isReset)
        }
    }

    @Test func `a client that closes its side after the request still gets the answer`() async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            try await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            #expect(try await client.message().text == "/1")
            #expect(try await client.message().text == "/2")
            #expect(try await client.endsHere())
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n", 417),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ])
    func `what is refused is answered once, and nothing after it is taken for a request`(
        request: String, status: Int
    ) async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            try await client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try await client.message()
            #expect(answer.status == status)
            #expect(answer.fields["connection"] == "close")
            #expect(try await client.endsHere())
        }
    }

    @Test(arguments: [("GET /", 414), ("GET / HTTP/1.1\r\nHost: a\r\nX: ", 431)])
    func `what is too long is refused`(start: String, status: Int) async throws {
        try await withServer(handler: answerPath) { server in
            let client = try await server.connect()
            try await client.send(start + String(repeating: "a", count: 100_000))
            #expect(try await client.message().status == status)
            client.finishSending()
            #expect(try await client.endsHere())
            #expect(!client.isReset)
        }
    }
}

extension PersistenceTests {
    @Test func `a handler that answers nothing cuts the connection`() async throws {
        try await withServer(handler: { _ in }) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.endsHere())
            #expect(client.isReset)
        }
    }

    @Test func `an aborted response is not taken for a whole one, and the exchange serves another client`() async throws
    {
        try await withServer(handler: { exchange in
            guard exchange.pathText == "/broken" else { return await answerPath(exchange) }
            exchange.responseTrailers.append(.xRequestID, value: "left")
            exchange.response.status = 418
            exchange.sendHead(.stream)
            try? await exchange.write(Array("half".utf8))
            try? await exchange.drain()
            exchange.abort()
            // Nothing more can be said; trying to must not touch a descriptor that is somebody else's by now.
            #expect(throws: Never.self) { try exchange.offer(Array("more".utf8).span) }
            await #expect(throws: ChannelError.interrupted) { try await exchange.drain() }
            await #expect(throws: ChannelError.interrupted) { try await exchange.end() }
            await #expect(throws: Never.self) { try await exchange.receiveBody() }
        }) { server in
            let other = try await server.connect()
            for _ in 0..<20 {
                let broken = try await server.connect()
                try await broken.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
                let received = String(decoding: try await broken.rest(), as: UTF8.self)
                #expect(!received.contains("0\r\n\r\n"))
                #expect(broken.isReset)
                let answer = try await other.ask("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == 200)
                #expect(answer.text == "/fine")
                #expect(answer.fields["x-request-id"] == nil)
            }
        }
    }

    @Test func `informational responses come first, and not to 1.0 clients`() async throws {
        try await withServer(handler: { exchange in
            var hints = ResponseHead()
            hints.status = 103
            hints.fields.append(.location, value: "/style")
            exchange.sendInformational(hints)
            try? await exchange.drain()
            await exchange.reply("done")
            exchange.sendInformational(hints)
        }) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.message().status == 103)
            #expect(try await client.message().text == "done")
            #expect(try await client.ask("GET / HTTP/1.0\r\n\r\n").text == "done")
            #expect(try await client.endsHere())
        }
    }
}
