import Testing

@Suite struct ServerTests {
    @Test func `a request goes in over a socket and its answer comes out`() async throws {
        let service = try await RunningService(NotesHandler.init)
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
        let service = try await RunningService(NotesHandler.init)
        let answer = service.send("HEAD /health HTTP/1.1")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.lowercased().contains("content-length: 79\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
        let options = service.send("OPTIONS /notes HTTP/1.1")
        #expect(options.hasPrefix("HTTP/1.1 204"))
        #expect(options.contains("allow: OPTIONS, POST\r\n"))
    }

    @Test func `problems carry the id of the request`() async throws {
        let service = try await RunningService(NotesHandler.init)
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
        let service = try await RunningService(NotesHandler.init)
        let answer = RawClient.exchange(port: service.port, request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer)")
    }
}
