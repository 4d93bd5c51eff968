import HTTP
import JWT
import SQLite
import Synchronization
import Telemetry
import Testing

@testable import ServiceKit

/// Keeps count of things; refuses the first `refusals` events.
private struct KeeperHandler: ServiceHandler {
    static let name = "keeper"
    static let migrations = [
        Inbox.migration, Migration("things", "CREATE TABLE things (key TEXT PRIMARY KEY, count INTEGER) STRICT"),
    ]
    let refusals: Refusals

    final class Refusals: Sendable {
        let left = Mutex(0)
    }

    init(_ context: HandlerContext) { refusals = Refusals() }
    init(refusals: Refusals) { self.refusals = refusals }

    func addRoutes(to routes: inout Routes) {}
    func seed() async throws {}

    var consumers: [Consumer] {
        [
            Consumer("thing.made") { [refusals] event, context in
                try context.run(
                    "INSERT INTO things VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", .text(event.key))
                let isRefused = refusals.left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isRefused { throw Problem.unavailable("not now") }
            }
        ]
    }
}

@Suite struct InboxTests {
    private let bench: EventBench
    private let service: Service
    private let refusals = KeeperHandler.Refusals()

    init() throws {
        bench = try EventBench(migrations: KeeperHandler.migrations)
        service = try Service(KeeperHandler(refusals: refusals), bench.context)
    }

    private func token(_ subject: String, roles: [String], scopes: [String]) throws -> String {
        var claims = TokenClaims(subject: subject, expiry: 1_800_000_300)
        claims.issuer = "shop"
        claims.audiences = ["shop"]
        claims.roles = roles
        claims.scopes = scopes
        let secret = bench.context.tokens.secret
        return String(decoding: try TokenSigner(secret: secret.bytes).sign(claims), as: UTF8.self)
    }

    private func tell(_ event: Event, roles: [String] = ["service"], scopes: [String] = ["events:write"]) async throws
        -> Int
    {
        let token = try token("service:maker", roles: roles, scopes: scopes)
        let request = ServiceRequest(
            .post, "/events", query: "",
            fields: [
                HeaderField("content-type", "application/json"), HeaderField("authorization", "Bearer " + token),
            ], body: event.json.bytes, requestID: "1")
        return await service.respond(to: request).status
    }

    private func event(_ id: String, kind: String = "thing.made", source: String = "maker") -> Event {
        Event(id: id, source: source, kind: kind, key: "a", time: 1)
    }

    private var things: Int64 {
        get async throws { try await bench.count("SELECT count FROM things WHERE key = 'a'") }
    }

    @Test func `an event has its effect once, however often it arrives`() async throws {
        for _ in 0..<3 { #expect(try await tell(event("1")) == 204) }
        #expect(try await things == 1)
        // Ids are unique within their source only.
        #expect(try await tell(event("1", source: "other")) == 204)
        #expect(try await tell(event("2")) == 204)
        #expect(try await things == 3)
    }

    @Test func `an effect that fails is undone with the note of the event, which may come again`() async throws {
        refusals.left.withLock { $0 = 1 }
        #expect(try await tell(event("1")) == 503)
        #expect(try await things == 0)
        #expect(try await tell(event("1")) == 204)
        #expect(try await things == 1)
    }

    @Test func `a kind that nobody here consumes is refused, so that its publisher learns it`() async throws {
        #expect(try await tell(event("1", kind: "thing.lost")) == 422)
    }

    @Test(
        arguments: [
            (["customer"], []), (["admin"], ["events:write"]), (["service"], []), (["service"], ["products:read"]),
        ] as [([String], [String])])
    func `only services with the scope tell events`(roles: [String], scopes: [String]) async throws {
        #expect(try await tell(event("1"), roles: roles, scopes: scopes) == 403)
        #expect(try await bench.count("SELECT count(*) FROM inbox") == 0)
    }

    @Test func `the address of events is not part of the interface`() async {
        let answer = await service.respond(
            to: ServiceRequest(.get, "/openapi.json", query: "", fields: [], body: [], requestID: "1"))
        #expect(answer.json?["paths"] == .object([]))
    }

    @Test func `a crash between delivery and note does not count twice`() async throws {
        let maker = try EventBench()
        try await maker.publish(("thing.made", "a"), ("thing.made", "a"))
        let token = try token("service:maker", roles: ["service"], scopes: ["events:write"])
        let transport = HTTPEventTransport(
            services: ServiceClient(token: { token }) { [service] call throws(CallError) in
                await service.respond(
                    to: ServiceRequest(
                        call.method, call.target, query: "", fields: call.fields, body: call.body, requestID: "1"))
            })
        for parcel in try await maker.parcels("1").take(at: maker.now) {
            try await transport.deliver(parcel.event, to: parcel.subscriber)
        }
        maker.advance(ParcelStore.leaseTime)
        try await maker.deliverAll(maker.deliverer("2", transport))
        #expect(try await things == 2)
        #expect(try await bench.count("SELECT count(*) FROM inbox") == 2)
    }
}
