import Foundation
import HTTP
import Reactor
import Testing

@testable import ServiceKit

/// Calls of other services, over real connections.
@Suite struct GatewayTransportTests {
    private func lines(_ answer: ServiceResponse) -> [String] {
        String(decoding: answer.body, as: UTF8.self).components(separatedBy: "\n")
    }

    private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    @Test func `a call is a request for the host of the service`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let call = ServiceCall(.post, "products", "/echo?a=b%20c", body: ["x": 1], fields: [HeaderField("x-a", "b")])
        let answer = try await gateway.client().send(call)
        let lines = lines(answer)
        #expect(answer.status == 200)
        #expect(lines.prefix(2) == ["POST /echo?a=b%20c", "host: products.internal"])
        #expect(lines.last == #"{"x":1}"#)
        for line in ["x-a: b", "content-type: application/json", "content-length: 7", "authorization: Bearer own"] {
            #expect(lines.contains(line), "\(lines)")
        }
    }

    @Test func `a Unix socket does as well`() async throws {
        let path = NSTemporaryDirectory() + "kit-\(UUID().uuidString.prefix(8)).sock"
        defer { unlink(path) }
        let gateway = try await LoopbackGateway(.unix(path: path))
        defer { gateway.stop() }
        let answer = try await gateway.client().send(ServiceCall(.get, "products", "/echo"))
        #expect(lines(answer).first == "GET /echo")
    }

    @Test(arguments: [201, 204, 400, 404, 500, 503])
    func `every status is an answer`(status: Int) async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let answer = try await gateway.client().send(ServiceCall(.get, "products", "/status/\(status)"))
        #expect(answer.status == status)
    }

    @Test func `id, trace and deadline of the request go along, and its token when it is asked for`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let deadline = now + 50_000
        let request = ServiceRequest(
            .get, "/",
            fields: [
                HeaderField("x-request-id", "r1"), HeaderField("traceparent", "00-a-b-01"),
                HeaderField("x-request-deadline", "\(deadline)"), HeaderField("authorization", "Bearer theirs"),
                HeaderField("cookie", "c=d"),
            ])
        let call = ServiceCall(.get, "products", "/echo", timeout: 60)
        let asCaller = lines(try await gateway.client().send(call, for: request, as: .caller))
        for line in [
            "x-request-id: r1", "traceparent: 00-a-b-01", "x-request-deadline: \(deadline)",
            "authorization: Bearer theirs",
        ] {
            #expect(asCaller.contains(line), "\(asCaller)")
        }
        #expect(!asCaller.contains { $0.hasPrefix("cookie") })
        let asService = lines(try await gateway.client().send(call, for: request))
        #expect(asService.filter { $0.hasPrefix("authorization") } == ["authorization: Bearer own"])
    }

    @Test func `a call says itself until when it waits`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let before = now
        let lines = lines(try await gateway.client().send(ServiceCall(.get, "products", "/echo", timeout: 3)))
        let line = try #require(lines.first { $0.hasPrefix("x-request-deadline: ") })
        let deadline = try #require(Int64(line.dropFirst(20)))
        #expect((before + 3000...now + 3000).contains(deadline))
    }

    @Test func `an id of the call's own is not doubled`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let request = ServiceRequest(.get, "/", fields: [HeaderField("x-request-id", "outer")])
        let call = ServiceCall(.get, "products", "/echo", fields: [HeaderField("x-request-id", "inner")])
        let lines = lines(try await gateway.client().send(call, for: request))
        #expect(lines.filter { $0.hasPrefix("x-request-id") } == ["x-request-id: inner"])
    }

    @Test func `connections are used again`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        for _ in 0..<20 { _ = try await client.send(ServiceCall(.post, "products", "/echo", body: ["x": 1])) }
        #expect(gateway.requests == 20)
        #expect(gateway.connections == 1)
    }

    @Test func `many calls at once each get their own answer`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<50 {
                group.addTask {
                    let answer = try await client.send(ServiceCall(.get, "products", "/echo?\(number)"))
                    return (number, String(decoding: answer.body, as: UTF8.self))
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 50)
        for (number, text) in answers { #expect(text.hasPrefix("GET /echo?\(number)\n")) }
    }

    @Test func `a connection that was closed while it rested costs nothing`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        _ = try await client.send(ServiceCall(.get, "products", "/echo"))
        await gateway.cut()
        #expect(try await client.send(ServiceCall(.post, "products", "/echo")).status == 200)
        #expect(gateway.connections == 2)
    }

    @Test func `a request that was cut off on a used connection is sent again, if it may be`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        _ = try await client.send(ServiceCall(.get, "products", "/abort"))
        #expect(try await client.send(ServiceCall(.get, "products", "/abort")).status == 200)
        #expect(gateway.requests == 3)
        // It may have been done, and would be done twice.
        let error = await #expect(throws: CallError.self) {
            _ = try await client.send(ServiceCall(.post, "products", "/abort", body: ["x": 1]))
        }
        #expect(error == .unreachable("the gateway ended the connection before the answer"))
        #expect(gateway.requests == 4)
        // Unless its sender says that this does no harm.
        _ = try await client.send(ServiceCall(.get, "products", "/echo"))
        let keyed = ServiceCall(.post, "products", "/abort", fields: [HeaderField("idempotency-key", "k")])
        #expect(try await client.send(keyed).status == 200)
    }

    @Test func `an answer that does not come is not waited for`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        let start = ContinuousClock.now
        await #expect(throws: CallError.timedOut) {
            _ = try await client.send(ServiceCall(.get, "products", "/never", timeout: 0.05))
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `no call waits longer than the request that it is for`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        let soon = ServiceRequest(.get, "/", fields: [HeaderField("x-request-deadline", "\(now + 100)")])
        await #expect(throws: CallError.timedOut) {
            _ = try await client.send(ServiceCall(.get, "products", "/never", timeout: 600), for: soon)
        }
        let past = ServiceRequest(.get, "/", fields: [HeaderField("x-request-deadline", "\(now - 1)")])
        let before = gateway.requests
        await #expect(throws: CallError.timedOut) {
            _ = try await client.send(ServiceCall(.get, "products", "/echo"), for: past)
        }
        #expect(gateway.requests == before)
    }

    @Test func `an answer has a size that memory can bear`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let client = gateway.client()
        let limit = GatewayTransport.answerLimit
        #expect(try await client.send(ServiceCall(.get, "products", "/large/\(limit)")).body.count == limit)
        let error = await #expect(throws: CallError.self) {
            _ = try await client.send(ServiceCall(.get, "products", "/large/\(limit + 1)"))
        }
        #expect(error == .unreachable("the answer of products has more than 4194304 bytes"))
    }

    @Test(arguments: [
        ("no_healthy_endpoint", CallError.unreachable("products gave no answer: no_healthy_endpoint")),
        ("route_not_found", .unknownService),
        ("upstream_timeout", .timedOut), ("deadline_exceeded", .timedOut),
    ])
    func `what the gateway says itself is no answer of the service`(reason: String, error: CallError) async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        await #expect(throws: error) {
            _ = try await gateway.client().send(ServiceCall(.get, "products", "/refused/\(reason)"))
        }
    }

    @Test func `a gateway that is not there is named`() async throws {
        let gateway = try await LoopbackGateway()
        defer { gateway.stop() }
        let nobody = ServiceClient(to: .unix(path: "/nowhere/internal.sock"), on: gateway.loop, token: { "" })
        let error = await #expect(throws: CallError.self) {
            _ = try await nobody.send(ServiceCall(.get, "products", "/"))
        }
        guard case .unreachable(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("/nowhere/internal.sock"))
    }

    @Test func `without a gateway the reason says which variable is missing`() async throws {
        let error = await #expect(throws: CallError.self) {
            _ = try await ServiceClient.none.send(ServiceCall(.get, "products", "/"))
        }
        #expect(error == .unreachable("products cannot be reached: GATEWAY_INTERNAL is not set"))
    }

    @Test(arguments: [
        ("unix:/run/internal.sock", "/run/internal.sock"), ("http://127.0.0.1:9902", "127.0.0.1:9902"),
        ("http://[::1]:9902", "[::1]:9902"), ("", nil), ("unix:relative.sock", nil), ("https://127.0.0.1:1", nil),
        ("http://127.0.0.1", nil), ("http://example.com:80", nil), ("127.0.0.1:9902", nil),
    ])
    func `the gateway's address is a socket or a port of this machine`(text: String, address: String?) {
        let found = SocketAddress(gateway: text)
        #expect((found == nil) == (address == nil))
        if let found, let address { #expect("\(found)".hasSuffix(address)) }
    }
}
