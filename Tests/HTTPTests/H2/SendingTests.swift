import HTTP
import Testing

/// What goes out: frames, their flags and their sizes.
@Suite struct SendingTests {
    @Test func `a response with a body is HEADERS and DATA, the last of which ends the stream`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        #expect(server.send(.first, "hello".bytes, isEnd: true) == 5)
        let frames = server.sent()
        #expect(frames.map(\.type) == [1, 0])
        #expect(frames.map(\.flags) == [WireFrame.endHeaders, WireFrame.endStream])
        #expect(frames.last == .data(1, "hello".bytes, isEnd: true))
        #expect(server.isClosed(.first))
    }

    @Test func `data goes in frames that every peer takes`() {
        let server = H2Endpoint.server(client: [(4, 1 << 20), (5, 1 << 20)])
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        _ = server.sent()
        #expect(server.send(.first, .init(repeating: 1, count: 40_000), isEnd: true) == 40_000)
        let frames = server.sent()
        #expect(frames.map(\.payload.count) == [16_384, 16_384, 7232])
        #expect(frames.map(\.flags) == [0, 0, WireFrame.endStream])
    }

    @Test func `an end without data needs no window`() {
        let server = H2Endpoint.server(client: [(4, 0)])
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        _ = server.sent()
        #expect(server.send(.first, [], isEnd: false) == 0)
        #expect(server.sent() == [])
        #expect(server.send(.first, [], isEnd: true) == 0)
        #expect(server.sent() == [.data(1, [], isEnd: true)])
    }

    @Test func `trailers end the stream, and none of them are an empty DATA`() throws {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .headers(3))
        var trailers = FieldBlock()
        trailers.append(name: "grpc-status".bytes.span, value: "0".bytes.span)
        server.respond(.first, isEnd: false)
        server.connection.sendTrailers(.first, trailers, to: &server.output)
        #expect(server.sent().map(\.flags) == [4, 5])
        #expect(server.isClosed(.first))
        let second = H2Slot(index: 1, id: 3)
        server.respond(second, isEnd: false)
        server.connection.sendTrailers(second, FieldBlock(), to: &server.output)
        #expect(server.sent().last == .data(3, [], isEnd: true))
    }

    @Test func `an informational response comes before the final one and never ends a stream`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first, status: 103, isEnd: true)
        server.respond(.first, status: 200, isEnd: true)
        #expect(server.sent().map(\.flags) == [4, 5])
    }

    @Test func `nothing is sent on a stream that the peer has reset`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .reset(1))
        server.respond(.first)
        #expect(server.send(.first, [1], isEnd: true) == 0)
        server.connection.sendEnd(.first, to: &server.output)
        server.reset(.first, .internalError)
        server.forget(.first)
        #expect(server.sent() == [])
    }

    @Test func `a field block above the frame size goes in CONTINUATION frames`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        var head = ResponseHead()
        for index in 0..<4 {
            let value = (0..<7900).map { UInt8(ascii: "a") + UInt8(($0 * 7 + index) % 26) }
            head.fields.append(name: "x-\(index)".bytes.span, value: value.span)
        }
        server.connection.sendResponse(.first, head, contentLength: nil, isEnd: true, to: &server.output)
        let bytes = server.sentBytes()
        let frames = WireFrame.all(in: bytes)
        #expect(frames.count > 1)
        #expect(frames.map(\.type) == [1] + .init(repeating: 9, count: frames.count - 1))
        #expect(frames.map(\.flags) == [1] + .init(repeating: 0, count: frames.count - 2) + [4])
        #expect(frames.allSatisfy { $0.payload.count <= 16_384 })
        // And the peer of our own kind puts it together again.
        let client = H2Endpoint.client()
        _ = client.request()
        #expect(client.receive(bytes) == [.head(.first, isEnd: true)])
    }

    @Test func `PING is answered with what it holds`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.ping([8, 7, 6, 5, 4, 3, 2, 1])) == [])
        #expect(server.sent() == [.ping([8, 7, 6, 5, 4, 3, 2, 1], isAcknowledgement: true)])
    }

    @Test func `only the answer to our last PING is a pong`() {
        let server = H2Endpoint.server()
        server.connection.sendPing(0x0102_0304_0506_0708, to: &server.output)
        #expect(server.sent() == [.ping()])
        #expect(server.receive(.ping([0, 0, 0, 0, 0, 0, 0, 1], isAcknowledgement: true)) == [])
        #expect(server.receive(.ping(isAcknowledgement: true)) == [.pong])
        #expect(server.receive(.ping(isAcknowledgement: true)) == [])
    }

    @Test func `settings are acknowledged once they hold`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.settings([(4, 5)])) == [.settingsReceived])
        #expect(server.sent() == [.settingsAcknowledgement])
    }

    @Test func `a table that was made small and large again in between starts empty`() {
        let server = H2Endpoint.server()
        server.receive(.settings([(1, 0), (1, 4096)]), .headers(1))
        _ = server.sent()
        server.respond(.first)
        // Size updates to zero and to 4096: both are told (RFC 7541 section 4.2).
        #expect(server.sent().first?.payload.prefix(4) == [0x20, 0x3F, 0xE1, 0x1F])
    }

    @Test func `the client's table size binds our compression`() {
        let server = H2Endpoint.server(client: [(1, 0)])
        server.receive(.headers(1))
        server.respond(.first)
        // A size update to zero (RFC 7541 section 6.3) comes before the first field.
        #expect(server.sent().first?.payload.first == 0x20)
    }
}
