import HTTP
import Testing

/// RFC 9113 section 6.8: how a connection ends.
@Suite struct ShutdownTests {
    @Test func `an end that is announced still serves what the client had sent`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.connection.announceGoAway(to: &server.output)
        let announced = server.sent()
        #expect(announced.first == .goAway(0x7FFF_FFFF))
        #expect(announced.map(\.type) == [7, 6])
        #expect(server.isGoingAway)
        #expect(server.receive(.headers(3)).count == 1)
        #expect(server.receive(.ping(announced[1].payload, isAcknowledgement: true)) == [.pong])
        server.connection.finishGoAway(.noError, to: &server.output)
        #expect(server.sent() == [.goAway(3)])
    }

    @Test func `streams after the last are refused, those before it go on`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.connection.finishGoAway(.noError, to: &server.output)
        _ = server.sent()
        #expect(server.receive(.headers(3, WireBlocks.post, isEnd: false), .data(3, [1])) == [])
        #expect(server.sent() == [.reset(3, .refusedStream)])
        #expect(server.receive(.data(1, [1], isEnd: true)) == [.data(slot, 9..<10, isEnd: true)])
        server.respond(slot)
        #expect(server.isClosed(slot))
        #expect(server.failure == nil)
    }

    @Test func `an end is announced and said once`() {
        let server = H2Endpoint.server()
        for _ in 0..<3 { server.connection.announceGoAway(to: &server.output) }
        for _ in 0..<3 { server.connection.finishGoAway(.noError, to: &server.output) }
        server.connection.announceGoAway(to: &server.output)
        #expect(server.sent().map(\.type) == [7, 6, 7])
    }

    @Test func `a client that goes away is served to the end`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        #expect(server.receive(.goAway(0)) == [.goAway(lastStream: 0, .noError)])
        server.respond(.first)
        #expect(server.sent().map(\.type) == [1])
    }

    @Test func `a connection error names the last stream that was looked at`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .headers(9), .data(0, [1]))
        #expect(server.sent().last == .goAway(9, .protocolError))
    }
}
