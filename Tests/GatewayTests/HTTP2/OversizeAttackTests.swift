import HTTP
import Testing

@testable import Gateway

/// Requests that are too much: they are answered, and their connection goes on.
struct OversizeAttackTests {
    /// Asks in so many frames and expects 431.
    private func expectRefusal(_ block: [UInt8], frames: Int = 1) async throws {
        let service = RecordingUpstream()
        try await withGateway(oneRoute(), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            defer { peer.close() }
            let stream = peer.takeStream()
            let size = (block.count + frames - 1) / frames
            for index in 0..<frames {
                let part = Array(block.dropFirst(index * size).prefix(size))
                let isLast = index == frames - 1
                try await peer.send(
                    index == 0
                        ? .headers(stream, part, isWhole: isLast) : .continuation(stream, part, isLast: isLast))
            }
            #expect(try await peer.outcome(of: stream) == .status(431))
            #expect(try await peer.get("/honest") == .status(200))
            #expect(service.requests == ["GET /honest HTTP/1.1"])
            #expect(gateway.violations == [:])
            let line = try #require(try gateway.accessLines().first)
            #expect(["fields_too_large", "too_many_fields"].contains(line["reason"] as? String))
        }
    }

    @Test func `HPACK bomb: a byte that stands for thousands`() async throws {
        // One field of 3,000 bytes enters the table, and then counts a thousand times with a byte each.
        let entry = [0x40] + H2Block.string("bomb") + H2Block.string(String(repeating: "b", count: 3000))
        try await expectRefusal(H2Block.request() + entry + [UInt8](repeating: 0xBE, count: 1000))
    }

    @Test func `header count bomb`() async throws {
        try await expectRefusal(H2Block.request(fields: (0..<2000).map { ("x\($0)", "y") }), frames: 2)
    }

    @Test func `cookie bomb: crumbs become one field, and count with all their bytes`() async throws {
        let crumb = [0x40] + H2Block.string("cookie") + H2Block.string(String(repeating: "c", count: 100))
        try await expectRefusal(H2Block.request() + crumb + [UInt8](repeating: 0xBE, count: 1000))
    }

    @Test func `header size bomb`() async throws {
        try await expectRefusal(H2Block.request(fields: [("x", String(repeating: "x", count: 40_000))]), frames: 4)
    }
}
