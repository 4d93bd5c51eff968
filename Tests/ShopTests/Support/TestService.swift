import Bytes
import Foundation
import HTTP
import JWT
import SQLite
import ServiceKit
import Synchronization
import Telemetry

@testable import Shop

/// A clock that tests set, in seconds since 1970.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Int64 { seconds.withLock { $0 } }

    func advance(_ interval: Int64) { seconds.withLock { $0 += interval } }
}

/// A handler over a database in a folder that goes with it.
final class TestService: Sendable {
    static let tokens = TokenSettings(
        issuer: "shop", audience: "shop", secret: Secret("0123456789abcdef0123456789abcdef"))

    let folder: String
    let database: Database
    let clock = TestClock()
    let service: Service
    let logger: Logger
    let jobs = Jobs()
    let context: HandlerContext

    /// - Parameters:
    ///   - services: the services that this one asks, by name.
    ///   - client: asks them in another way.
    init<Handler: ServiceHandler>(
        isSeeded: Bool = false, services: [String: TestService] = [:], client: ServiceClient? = nil,
        _ make: (HandlerContext) throws -> Handler
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)").path
        database = try Database(path: folder + "/test.db", migrations: Handler.migrations)
        logger = Logger(writer: try LogWriter(.file(folder + "/log")))
        context = HandlerContext(
            database: database, logger: logger,
            work: BlockingWork(width: 2, limit: 64), tokens: Self.tokens, now: { [clock] in clock.now },
            services: client ?? Self.client(of: services), jobs: jobs)
        let handler = try make(context)
        if isSeeded { try await handler.seed() }
        service = try Service(handler, context)
    }

    /// Asks services as if the gateway stood in between.
    static func client(of services: [String: TestService]) -> ServiceClient {
        ServiceClient(token: { "" }) { call throws(CallError) in
            guard let service = services[call.service] else { throw .unreachable("there is no \(call.service)") }
            let parts = call.target.split(separator: "?", maxSplits: 1).map(String.init)
            return await service.service.respond(
                to: ServiceRequest(
                    call.method, parts[0], query: parts.count > 1 ? parts[1] : "",
                    fields: call.fields.filter { $0.value != "Bearer " }, body: call.body))
        }
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Sends a request; a query may follow the path, and a body is JSON.
    func send(
        _ method: HTTP.Method, _ target: String, _ body: String? = nil, as caller: Caller? = nil,
        type: String = "application/json"
    ) async -> Answer {
        var fields = [HeaderField("content-type", type)]
        if let caller { fields.append(HeaderField("authorization", "Bearer " + token(for: caller))) }
        return await send(method, target, body, fields: fields)
    }

    func send(_ method: HTTP.Method, _ target: String, _ body: String?, fields: [HeaderField]) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = ServiceRequest(
            method, parts[0], query: parts.count > 1 ? parts[1] : "", fields: fields, body: Array((body ?? "").utf8),
            requestID: "request-1")
        return Answer(await service.respond(to: request))
    }

    func token(for caller: Caller) -> String {
        var claims = TokenClaims(subject: caller.subject, expiry: clock.now + 900)
        claims.issuer = "shop"
        claims.audiences = ["shop"]
        claims.scopes = Array(caller.scopes)
        claims.roles = Array(caller.roles)
        let secret = Self.tokens.secret
        let signer = try! TokenSigner(secret: secret.bytes)
        return String(decoding: try! signer.sign(claims), as: UTF8.self)
    }
}

/// A response with its body read.
struct Answer {
    let status: Int
    let fields: [HeaderField]
    let text: String
    let json: Any?

    init(_ response: ServiceResponse) {
        status = response.status
        fields = response.fields
        text = String(decoding: response.body, as: UTF8.self)
        json = try? JSONSerialization.jsonObject(with: Data(response.body))
    }

    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    subscript(name: String) -> Any? { (json as? [String: Any])?[name] }

    func text(_ name: String) -> String? { self[name] as? String }

    func number(_ name: String) -> Double? { self[name] as? Double }

    /// The elements of a list.
    var list: [[String: Any]] { json as? [[String: Any]] ?? [] }

    var names: [String] { list.compactMap { $0["name"] as? String } }

    /// The fields that a problem names.
    var badFields: [String] {
        (self["errors"] as? [[String: Any]] ?? []).compactMap { $0["field"] as? String }
    }
}
