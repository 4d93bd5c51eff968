import Foundation
import HTTP
import JWT
import SQLite
import Synchronization
import Telemetry
import Testing

@testable import ServiceKit

@Suite final class IdempotencyTests: Sendable {
    private let folder: String
    private let service: Service
    private let handler: CounterHandler
    private let database: Database
    private let jobs = Jobs()
    private let clock = Clock()
    private static let secret = Secret("0123456789abcdef0123456789abcdef")

    private final class Clock: Sendable {
        let time = Mutex<Int64>(1_800_000_000)
        var now: Int64 { time.withLock { $0 } }
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("idem-\(UUID().uuidString)").path
        database = try Database(path: folder + "/test.db", migrations: CounterHandler.migrations)
        let context = HandlerContext(
            database: database, logger: Logger(writer: try LogWriter(.file(folder + "/log"))),
            work: BlockingWork(width: 1, limit: 1),
            tokens: TokenSettings(issuer: "shop", audience: "shop", secret: Self.secret),
            now: { [clock] in clock.now }, jobs: jobs)
        handler = CounterHandler(context)
        service = try Service(handler, context)
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func post(
        _ path: String = "/count", _ word: String = "a", key: String? = "k1", as subject: String? = nil
    ) async -> ServiceResponse {
        await service.respond(to: request(path, word, keys: key.map { [$0] } ?? [], as: subject))
    }

    private func request(
        _ path: String, _ word: String = "a", keys: [String], as subject: String? = nil
    ) -> ServiceRequest {
        var fields = keys.map { HeaderField("idempotency-key", $0) }
        if let subject {
            var claims = TokenClaims(subject: subject, expiry: clock.now + 2 * 86_400)
            claims.issuer = "shop"
            claims.audiences = ["shop"]
            let secret = Self.secret
            let signer = try! TokenSigner(secret: secret.bytes)
            let token = String(decoding: try! signer.sign(claims), as: UTF8.self)
            fields.append(HeaderField("authorization", "Bearer " + token))
        }
        return ServiceRequest(.post, path, fields: fields, body: Array(#"{"text":"\#(word)"}"#.utf8))
    }

    @Test func `a repetition gets the first answer, and says so`() async {
        let first = await post()
        #expect(first.status == 201)
        #expect(first.field("idempotent-replayed") == nil)
        let second = await post()
        #expect(second.status == 201)
        #expect(second.body == first.body)
        #expect(second.field("location") == "/counts/1")
        #expect(second.field("content-type") == "application/json")
        #expect(second.field("idempotent-replayed") == "true")
        #expect(handler.runs == 1)
    }

    @Test func `without a key, or where no keys are taken, every request runs`() async {
        for _ in 1...2 { #expect(await post(key: nil).status == 201) }
        for _ in 1...2 { #expect(await post("/plain").status == 201) }
        #expect(handler.runs == 4)
    }

    @Test func `a key is one caller's on one route`() async {
        #expect(await post().status == 201)
        #expect(await post("/other").status == 201)
        #expect(await post(as: "1").status == 201)
        #expect(await post(as: "2").status == 201)
        #expect(handler.runs == 4)
        #expect(await post(as: "1").field("idempotent-replayed") == "true")
        #expect(handler.runs == 4)
    }

    @Test func `another request with the same key is refused`() async {
        #expect(await post().status == 201)
        let other = await post("/count", "b")
        #expect(other.status == 422)
        #expect(other.field("content-type") == "application/problem+json")
        #expect(handler.runs == 1)
    }

    @Test(arguments: [[""], [String(repeating: "k", count: 256)], ["a b"], ["é"], ["a", "b"], ["a", "a"]])
    func `what is no key is refused`(keys: [String]) async {
        #expect(await service.respond(to: request("/count", keys: keys)).status == 400)
        #expect(handler.runs == 0)
    }

    @Test func `a key of 255 characters is one`() async {
        #expect(await post(key: String(repeating: "~", count: 255)).status == 201)
    }

    @Test func `a refusal is kept like any other answer`() async {
        handler.fail(with: 409)
        #expect(await post().status == 409)
        let again = await post()
        #expect(again.status == 409)
        #expect(again.field("content-type") == "application/problem+json")
        #expect(again.field("idempotent-replayed") == "true")
        #expect(handler.runs == 1)
        #expect(await post("/count", "", key: "k2").status == 400)
        #expect(await post("/count", "", key: "k2").field("idempotent-replayed") == "true")
    }

    @Test(arguments: [500, 503, 507, 429, 408, 425])
    func `a failure that may pass is not kept`(status: Int) async {
        handler.fail(with: status)
        #expect(await post().status == status)
        #expect(await post().status == 201)
        #expect(await post().field("idempotent-replayed") == "true")
        #expect(handler.runs == 2)
    }

    @Test func `a repetition of a request that still runs is told to wait`() async {
        async let first = post("/slow")
        await handler.waitUntilEntered()
        let second = await post("/slow")
        #expect(second.status == 409)
        #expect(second.field("retry-after") == "1")
        #expect(await post("/slow", "b").status == 422, "whatever it is, it is another request")
        handler.leave()
        #expect(await first.status == 201)
        #expect(await post("/slow").field("idempotent-replayed") == "true")
        #expect(handler.runs == 1)
    }

    @Test func `what a dead process left running is run again`() async throws {
        async let first = post("/slow")
        await handler.waitUntilEntered()
        // As if the one that works on it had been killed: nobody holds this lease.
        try await database.write { _ = try $0.run("UPDATE idempotency_keys SET lease = 12345") }
        async let second = post("/slow")
        await handler.waitUntilEntered()
        handler.leave()
        handler.leave()
        #expect(await second.status == 201)
        #expect(await first.status == 201)
        #expect(await post("/slow").field("idempotent-replayed") == "true")
        #expect(handler.runs == 2)
    }

    @Test func `a key is forgotten after a day`() async throws {
        #expect(await post().status == 201)
        clock.time.withLock { $0 += IdempotencyKeys.lifetime - 1 }
        #expect(await post().field("idempotent-replayed") == "true")
        clock.time.withLock { $0 += 1 }
        let later = await post()
        #expect(later.field("idempotent-replayed") == nil)
        #expect(handler.runs == 2)

        clock.time.withLock { $0 += IdempotencyKeys.lifetime }
        try await jobs.run(IdempotencyKeys.job)
        #expect(try await database.read { try !$0.exists("SELECT 1 FROM idempotency_keys") })
    }

    @Test func `a route that takes keys says so in the document`() async {
        let document = await service.respond(to: ServiceRequest(.get, "/openapi.json"))
        let operation = document.json?["paths"]?["/count"]?["post"]
        guard case .array(let parameters)? = operation?["parameters"] else {
            Issue.record("no parameters")
            return
        }
        #expect(parameters.contains { $0["name"] == "Idempotency-Key" && $0["in"] == "header" })
        #expect(operation?["responses"]?["422"] != nil)
        #expect(document.json?["paths"]?["/plain"]?["post"]?["parameters"] == nil)
    }
}
