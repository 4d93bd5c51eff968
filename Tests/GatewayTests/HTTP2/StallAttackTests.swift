import Bytes
import HTTP
import Reactor
import Telemetry
import Testing
import Transport

@testable import Gateway

/// Clients that hold on to what they asked for by doing nothing, or next to nothing.
struct StallAttackTests {
    private static let large =
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000)
    private static let impatient = #""timeouts": {"bodyIdle": "200ms"},"#

    /// Expects that the client's request has been given up, its service is free and all of it can be seen.
    private func expectFreed(_ gateway: TestGateway, _ reason: String) async throws {
        try await gateway.loop.until("the request's end") { gateway.core.metrics.requestsInFlight.value == 0 }
        #expect(gateway.worker.pool.openCount == 0, "the service is still held")
        #expect(try gateway.accessLines().last?["reason"] as? String == reason)
        let rejections = gateway.core.metrics.route("all", service: "up").rejections.values
        #expect(rejections.map(\.name) == [reason])
    }

    @Test func `zero-window stall: a client whose window never opens is cut off, and frees its service`() async throws {
        let service = RecordingUpstream(answer: Self.large)
        try await withGateway(oneRoute(root: Self.impatient), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway, settings: [(4, 0)])
            defer { peer.close() }
            #expect(try await peer.get("/") == .reset(.internalError))
            try await expectFreed(gateway, "client_stalled")
            #expect(gateway.server.connectionCount == 1, "its connection may go on")
        }
    }

    @Test func `zero-window stall of the connection`() async throws {
        let service = RecordingUpstream(answer: Self.large)
        try await withGateway(oneRoute(root: Self.impatient), isSecure: true, upstream: service.script) { gateway in
            // 65,535 bytes is what the connection allows until it is told otherwise.
            let peer = try await H2Peer.connect(to: gateway, settings: [(4, 1_000_000)])
            defer { peer.close() }
            #expect(try await peer.get("/") == .reset(.internalError))
            try await expectFreed(gateway, "client_stalled")
        }
    }

    @Test func `a window that opens byte by byte is no way out`() async throws {
        let service = RecordingUpstream(answer: Self.large)
        var limits = ServerLimits()
        limits.transfer = TransferLimits(idleTimeout: 10_000_000_000, minimumRate: 1000, grace: 200_000_000)
        try await withGateway(oneRoute(), limits: limits, isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway, settings: [(4, 0)])
            let stream = peer.takeStream()
            try await peer.send(.headers(stream, H2Block.request()))
            let loop = gateway.loop
            loop.spawn(with: peer) { peer in
                while (try? await peer.send(.windowUpdate(stream, 1))) != nil { await loop.sleep(for: 20_000_000) }
            }
            #expect(try await peer.outcome(of: stream) == .reset(.internalError))
            peer.close()
            try await expectFreed(gateway, "client_stalled")
        }
    }

    @Test func `slow POST: a body that does not come is 408`() async throws {
        let service = RecordingUpstream()
        try await withGateway(oneRoute(root: Self.impatient), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            defer { peer.close() }
            let stream = peer.takeStream()
            let head = H2Block.request("POST", fields: [("content-length", "5")])
            try await peer.send(.headers(stream, head, isEnd: false), .data(stream, "abc"))
            #expect(try await peer.outcome(of: stream) == .status(408))
            try await expectFreed(gateway, "body_timeout")
        }
    }

    @Test func `slow loris: a field block that does not end is cut off`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = 200_000_000
        let service = RecordingUpstream()
        try await withGateway(oneRoute(), limits: limits, isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            try await peer.send(.headers(1, H2Block.request(), isWhole: false))
            #expect(try await peer.end() == .noError)
            #expect(service.requests == [])
        }
    }

    @Test func `slow loris: neither more bytes nor another stream put the end of a field block off`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = 200_000_000
        let service = RecordingUpstream(answer: nil)
        try await withGateway(oneRoute(), limits: limits, isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            try await peer.send(.headers(1, H2Block.request()))
            try await peer.send(.headers(3, H2Block.request(), isWhole: false))
            let loop = gateway.loop
            let start = loop.now
            loop.spawn(with: peer) { peer in
                // One CONTINUATION frame of 256 bytes.
                try? await peer.raw.send([0, 1, 0, 9, 0, 0, 0, 0, 3])
                while (try? await peer.raw.send([0])) != nil { await loop.sleep(for: 20_000_000) }
            }
            #expect(try await peer.end() == .noError)
            #expect(loop.now - start < 5_000_000_000)
        }
    }
}
