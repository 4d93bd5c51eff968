import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct H2ResponseTests {
    @Test(arguments: [false, true])
    func `requests share a connection, and each gets its own response`(isSecure: Bool) async throws {
        try await withH2Upstream(
            isSecure: isSecure,
            script: { server, _ in
                var answered: UInt32 = 0
                while try await server.hear() {
                    // The last that came is answered first.
                    guard server.streams.values.count(where: \.isEnded) >= 3, answered == 0 else { continue }
                    for id in [5, 3, 1] as [UInt32] {
                        try await server.send(.response(id), .data(id, server[id].path))
                        answered += 1
                    }
                }
            }
        ) { upstream in
            let loop = upstream.loop
            let first = try await upstream.begin("/a")
            let second = try await upstream.begin("/b")
            let third = try await upstream.begin("/c")
            #expect(!first.isReused && second.isReused && third.isReused)
            #expect(try await first.answer(until: loop.patience).text == "/a")
            #expect(try await second.answer(until: loop.patience).text == "/b")
            #expect(try await third.answer(until: loop.patience).text == "/c")
            for exchange in [first, second, third] { upstream.pool.release(exchange) }
            #expect(upstream.accepted == 1)
            #expect(upstream.pool.openCount == 1)
            let connection = upstream.connections()[0]
            #expect(connection.machine.openStreams == 0)
            try await loop.until("rest") { connection.input.capacity == 0 && connection.output.capacity == 0 }
        }
    }

    /// What a server answers, and what of it the gateway must understand.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = Method.get
        let frames: @Sendable () -> [Frame]
        let framing: BodyFraming
        var trailers = 0
    }

    static let cases = [
        Case(
            testDescription: "trailers right behind the head",
            frames: {
                [.response(1), .headers(1, ["grpc-status": "5"])]
            }, framing: .chunked, trailers: 1),
        Case(testDescription: "a head alone", frames: { [.response(1, isEnd: true)] }, framing: .length(0)),
        Case(
            testDescription: "an end right behind the head", frames: { [.response(1), .data(1, "")] },
            framing: .length(0)),
        Case(testDescription: "no content", frames: { [.response(1, 204, isEnd: true)] }, framing: .none),
        Case(
            testDescription: "a late end to HEAD", method: .head, frames: { [.response(1), .data(1, "")] },
            framing: .none),
        Case(
            testDescription: "a length to HEAD", method: .head,
            frames: {
                [.headers(1, [":status": "200", "content-length": "9"])]
            }, framing: .none),
        Case(
            testDescription: "a length",
            frames: {
                [.headers(1, [":status": "200", "content-length": "2"], isEnd: false), .data(1, "ab")]
            }, framing: .length(2)),
        Case(testDescription: "no length", frames: { [.response(1), .data(1, "ab")] }, framing: .chunked),
    ]

    @Test(arguments: cases)
    func `the framing of a response is what it says`(item: Case) async throws {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(item.frames())
            try await server.untilEnd()
        }) { upstream in
            let exchange = try await upstream.begin("/", item.method)
            // All of it is here before anybody asks.
            let connection = upstream.connections()[0]
            try await upstream.loop.until("the response") {
                connection.stream(of: H2Slot(index: 0, id: 1))!.state.isInputEnded
            }
            let answer = try await exchange.answer(to: item.method, until: upstream.loop.patience)
            #expect(answer.framing == item.framing)
            #expect(answer.trailers == item.trailers)
            upstream.pool.release(exchange)
        }
    }

    @Test func `the framing of a head whose stream goes on does not depend on when it is read`() async throws {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.response(1))
            _ = try await server.rest(of: 3)
            try await server.send(.data(1, ""), .response(3, 204), .data(3, ""))
            try await server.untilEnd()
        }) { upstream in
            var head = ResponseHead()
            let first = try await upstream.begin("/", .head)
            try await first.receiveHead(into: &head, method: .head, until: upstream.loop.patience)
            #expect(first.framing == .none)
            let second = try await upstream.begin("/")
            try await first.receiveBody(until: upstream.loop.patience)
            #expect(try first.pollBody() == .end)
            #expect(try await second.answer(until: upstream.loop.patience).framing == .none)
            upstream.pool.release(first)
            upstream.pool.release(second)
        }
    }

    @Test func `informational responses come before the final one`() async throws {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.response(1, 103))
            await server.loop.sleep(for: 5 * milliseconds)
            try await server.send(.response(1), .data(1, "x"))
            try await server.untilEnd()
        }) { upstream in
            let answer = try await upstream.ask()
            #expect(answer.informational == [103])
            #expect(answer.text == "x")
        }
    }

    @Test func `responses that nobody takes keep no other from its body`() async throws {
        let slow = 40
        let body = pattern(100_000)
        try await withH2Upstream(
            settings: [Setting.initialWindow: 1 << 20],
            script: { server, _ in
                server.opensWindows = false
                try await server.until { server.streams.values.count(where: \.isEnded) == slow }
                for index in 0..<slow {
                    let id = UInt32(2 * index + 1)
                    // As much as their windows take.
                    try await server.send(.response(id))
                    for start in stride(from: 0, to: 65_535, by: 13_107) {
                        try await server.send(.data(id, Array(body[start..<start + 13_107])))
                    }
                }
                let last = UInt32(2 * slow + 1)
                _ = try await server.rest(of: last)
                try await server.send(.response(last), .data(last, "quick"))
                try await server.untilEnd()
            }
        ) { upstream in
            var exchanges: [UpstreamExchange] = []
            for _ in 0..<slow { exchanges.append(try await upstream.begin()) }
            #expect(try await upstream.ask().text == "quick")
            for exchange in exchanges { upstream.pool.discard(exchange) }
            #expect(upstream.accepted == 1)
        }
    }

    @Test func `a response larger than every window arrives whole at a reader who takes his time`() async throws {
        let body = pattern(3_000_000)
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.response(1))
            var sent = 0
            while sent < body.count {
                let count = min(16_000, body.count - sent)
                try await server.until {
                    65_535 + server[1].granted >= sent + count && server[0].granted + 65_535 >= sent + count
                }
                try await server.send(.data(1, Array(body[sent..<sent + count]), isEnd: sent + count == body.count))
                sent += count
            }
            try await server.untilEnd()
        }) { upstream in
            let exchange = try await upstream.begin()
            var head = ResponseHead()
            try await exchange.receiveHead(into: &head, method: .get, until: upstream.loop.patience)
            var got: [UInt8] = []
            var turn = 0
            reading: while true {
                switch try exchange.pollBody() {
                case .end: break reading
                case .needsInput: try await exchange.receiveBody(until: upstream.loop.patience)
                case .available(let count):
                    turn += 1
                    if turn % 7 == 0 { await Task.yield() }
                    exchange.takeBody(min(count, 10_000)) { bytes in
                        got += bytes.array
                        return bytes.count
                    }
                }
            }
            #expect(got == body)
            upstream.pool.release(exchange)
        }
    }
}
