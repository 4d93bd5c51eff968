import HTTP
import Testing

/// RFC 9113 sections 5.2 and 6.9: windows in both directions.
@Suite struct FlowControlTests {
    // MARK: What the peer may send

    @Test func `a stream's window takes its last byte and not one more`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        for _ in 0..<4 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        #expect(server.data[1]?.count == 65_536)
        #expect(server.receive(.data(1, [1])) == [.reset(slot, .flowControlError, byPeer: false)])
        #expect(server.sent() == [.reset(1, .flowControlError)])
        #expect(server.failure == nil)
    }

    @Test func `until the client has acknowledged our window it has the protocol's`() {
        let server = H2Endpoint(.server)
        server.receive(PrefaceTests.preface + WireFrame.settings().bytes)
        let slot = server.open(1)
        for _ in 0..<3 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        server.receive(.data(1, .init(repeating: 1, count: 16_383)))
        #expect(server.receive(.data(1, [1])) == [.reset(slot, .flowControlError, byPeer: false)])
    }

    @Test func `an acknowledgement moves the windows of open streams`() {
        let server = H2Endpoint(.server)
        server.receive(PrefaceTests.preface + WireFrame.settings().bytes)
        _ = server.open(1)
        for _ in 0..<3 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        server.receive(.settingsAcknowledgement, .data(1, .init(repeating: 1, count: 16_384)))
        #expect(server.data[1]?.count == 65_536)
    }

    @Test func `a window that becomes smaller goes below zero and recovers`() {
        var settings = H2Settings()
        settings.initialWindow = 1000
        let server = H2Endpoint(.server, settings: settings)
        server.receive(PrefaceTests.preface + WireFrame.settings().bytes)
        let slot = server.open(1)
        server.receive(.data(1, .init(repeating: 1, count: 10_000)), .settingsAcknowledgement)
        _ = server.sent()
        // 9,000 below zero: using up all of it leaves the peer its thousand.
        server.consume(slot, 10_000)
        #expect(server.sent() == [.windowUpdate(1, 10_000)])
        #expect(server.receive(.data(1, .init(repeating: 1, count: 1000))).count == 1)
        #expect(server.receive(.data(1, [1])) == [.reset(slot, .flowControlError, byPeer: false)])
    }

    @Test func `the connection's window is shared and ends the connection`() {
        var settings = H2Settings()
        settings.connectionWindow = 100_000
        let server = H2Endpoint.server(settings: settings)
        _ = server.open(1)
        _ = server.open(3)
        for _ in 0..<4 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        server.receive(.data(3, .init(repeating: 1, count: 16_384)), .data(3, .init(repeating: 1, count: 16_384)))
        #expect(server.failure == nil)
        server.receive(.data(3, .init(repeating: 1, count: 1697)))
        #expect(server.failure == H2Failure(.flowControlError, .windowExceeded))
    }

    @Test func `windows are granted again once half of them is used up`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        for _ in 0..<3 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        server.consume(slot, 32_767)
        #expect(server.sent() == [])
        server.consume(slot, 1)
        #expect(server.sent() == [.windowUpdate(1, 32_768)])
    }

    @Test func `the connection's window is granted for all streams together`() {
        var settings = H2Settings()
        settings.connectionWindow = 65_536
        let server = H2Endpoint.server(settings: settings)
        let slots = [server.open(1), server.open(3)]
        for id: UInt32 in [1, 3] { server.receive(.data(id, .init(repeating: 1, count: 16_384))) }
        for slot in slots { server.consume(slot, 16_384) }
        #expect(server.sent() == [.windowUpdate(0, 32_768)])
    }

    @Test func `a stream that its sender has ended is granted nothing`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        for end in [false, false, true] { server.receive(.data(1, .init(repeating: 1, count: 16_384), isEnd: end)) }
        server.consume(slot, 49_152)
        #expect(server.sent() == [])
    }

    @Test func `padding is charged and granted again without being asked`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        var events: [H2Event] = []
        for _ in 0..<128 { events += server.receive(.padded(1, [7], padding: 255)) }
        #expect(events.count == 128)
        #expect(events.first == .data(slot, 10..<11, isEnd: false))
        #expect(server.sent() == [.windowUpdate(1, 32_768)])
        #expect(server.data[1] == .init(repeating: 7, count: 128))
    }

    @Test func `what nobody consumed goes back to the connection when its stream is forgotten`() {
        var settings = H2Settings()
        settings.connectionWindow = 65_536
        let server = H2Endpoint.server(settings: settings)
        let slot = server.open(1)
        for _ in 0..<4 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        server.consume(slot, 10_000)
        server.reset(slot, .cancel)
        server.forget(slot)
        #expect(server.sent() == [.reset(1, .cancel), .windowUpdate(0, 65_536)])
    }

    @Test func `data for a stream that was reset is charged to the connection and granted again`() {
        var settings = H2Settings()
        settings.connectionWindow = 65_536
        let server = H2Endpoint.server(settings: settings)
        let slot = server.open(1)
        server.reset(slot, .cancel)
        _ = server.sent()
        for _ in 0..<20 { server.receive(.data(1, .init(repeating: 1, count: 16_384))) }
        #expect(server.failure == nil)
        #expect(server.sent() == .init(repeating: .windowUpdate(0, 32_768), count: 10))
    }

    @Test func `more consumed than came grants no more than came`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.receive(.data(1, .init(repeating: 1, count: 16_384)))
        server.consume(slot, 1 << 40)
        server.receive(.data(1, .init(repeating: 1, count: 16_384)))
        server.consume(slot, 16_384)
        #expect(server.sent() == [.windowUpdate(1, 32_768)])
    }

    // MARK: What we may send

    @Test func `data stops at the stream's window and goes on when it opens`() {
        let server = H2Endpoint.server(client: [(4, 10)])
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        _ = server.sent()
        #expect(server.send(.first, .init(repeating: 5, count: 12), isEnd: true) == 10)
        #expect(server.sent() == [.data(1, .init(repeating: 5, count: 10))])
        #expect(server.send(.first, [5, 5], isEnd: true) == 0)
        #expect(server.sent() == [])
        #expect(server.receive(.windowUpdate(1, 100)) == [.windowOpened(.first)])
        #expect(server.send(.first, [5, 5], isEnd: true) == 2)
        #expect(server.sent() == [.data(1, [5, 5], isEnd: true)])
    }

    @Test func `data stops at the connection's window`() {
        let server = H2Endpoint.server(client: [(4, 1 << 20)])
        server.receive(.headers(1), .headers(3))
        let second = H2Slot(index: 1, id: 3)
        server.respond(.first, isEnd: false)
        server.respond(second, isEnd: false)
        #expect(server.send(.first, .init(repeating: 5, count: 65_000)) == 65_000)
        #expect(server.send(second, .init(repeating: 5, count: 1000)) == 535)
        #expect(server.receive(.windowUpdate(0, 1)) == [.windowOpened(nil)])
        #expect(server.send(second, .init(repeating: 5, count: 465)) == 1)
    }

    @Test func `6.9.2 a smaller initial window can make windows negative`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        #expect(server.send(.first, .init(repeating: 5, count: 1000)) == 1000)
        server.receive(.settings([(4, 100)]))
        #expect(server.window(of: .first) == 0)
        server.receive(.windowUpdate(1, 900))
        #expect(server.window(of: .first) == 0)
        server.receive(.windowUpdate(1, 7))
        #expect(server.window(of: .first) == 7)
        server.receive(.settings([(4, 65_535)]), .windowUpdate(0, 10_000))
        #expect(server.window(of: .first) == 64_535 + 907)
    }

    @Test func `6.9.2 the connection's window is not changed by SETTINGS`() {
        let server = H2Endpoint.server(client: [(4, 1 << 30)])
        server.receive(.headers(1))
        #expect(server.window(of: .first) == 65_535)
    }

    @Test func `only the last of several initial windows in one SETTINGS holds`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .windowUpdate(1, 100), .settings([(4, 0x7FFF_FFFF), (4, 50)]))
        #expect(server.failure == nil)
        #expect(server.window(of: .first) == 150)
    }

    @Test func `a window may be as large as 2^31-1`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .windowUpdate(1, 0x7FFF_FFFF - 65_535), .windowUpdate(0, 0x7FFF_FFFF - 65_535))
        #expect(server.failure == nil)
        #expect(server.window(of: .first) == 0x7FFF_FFFF)
    }
}
