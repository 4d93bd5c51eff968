internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import TLS
internal import Transport

/// One check of one endpoint, over a connection of its own: one that is there already says nothing about whether the
/// endpoint takes another.
struct HealthCheck {
    let endpoint: Endpoint
    let settings: HealthSettings
    let pool: ConnectionPool
    let deadline: Instant

    /// The largest answer of `grpc.health.v1` that is looked at, in bytes.
    private static let largestAnswer = 1024

    /// What came of a check.
    enum Result {
        case passed
        /// Why it did not pass, in words.
        case failed(String)
        /// This process has no descriptor left to check with, which says nothing about the endpoint.
        case meaningless
    }

    /// Checks the endpoint.
    func run() async -> Result {
        defer { pool.closeIdle(of: endpoint.poolKey) }
        let exchange: UpstreamExchange
        do {
            exchange = try await pool.begin(endpoint.target, until: deadline)
        } catch .connect(.failed(let error)) where error.isExhaustion {
            return .meaningless
        } catch {
            return .failed(error.problem)
        }
        defer { pool.discard(exchange) }
        let query = EndpointQuery(endpoint: endpoint, exchange: exchange, deadline: deadline)
        do {
            switch settings.probe {
            case .connect: return .passed
            case .get(let path): return try await get(path, with: query)
            case .grpc(let service): return try await ask(service, with: query)
            }
        } catch {
            return .failed(error.problem)
        }
    }

    /// Whether a GET of the path is answered with a status that passes.
    private func get(_ path: String, with query: EndpointQuery) async throws(UpstreamError) -> Result {
        var head = query.request(.get, userAgent: Self.userAgent)
        // RFC 9112, section 9.6: the connection serves this one request.
        if !endpoint.usesHTTP2 { head.fields.append(.connection, value: "close") }
        let answer = try await query.get(path, head)
        let passes = settings.passing.contains(UInt16(clamping: answer.status))
        return passes ? .passed : .failed("status \(answer.status)")
    }

    /// Whether `grpc.health.v1` says that the service is serving.
    private func ask(_ service: String, with query: EndpointQuery) async throws(UpstreamError) -> Result {
        let exchange = query.exchange
        var head = query.request(.post, userAgent: Self.userAgent)
        head.fields.append(.contentType, value: GRPCCall.contentType)
        head.fields.append(.te, value: "trailers")
        var scratch = ByteBuffer()
        GRPCTimeout.set(settings.timeout, in: &head.fields, scratch: &scratch)
        exchange.begin(head, framing: .chunked) { $0.append(GRPCHealthCheck.path) }
        let message = GRPCHealthCheck.request(for: service)
        var sent = 0
        while sent < message.count {
            sent += try exchange.offer(message.span.extracting(sent..<message.count))
            if sent < message.count { try await exchange.drain(until: deadline) }
        }
        try await exchange.endRequest(trailers: FieldBlock(), until: deadline)
        let answer = try await query.receiveHead(.post)
        guard answer.status == 200 else { return .failed("status \(answer.status)") }
        if let status = GRPCStatus(in: answer.fields), status != .ok {
            return .failed("grpc-status \(status.rawValue)")
        }
        guard let body = try await query.receiveBody(atMost: Self.largestAnswer) else {
            return .failed("an answer too large")
        }
        var trailers = FieldBlock()
        exchange.copyTrailers(to: &trailers)
        let status = GRPCStatus(in: trailers)
        guard status == .ok else { return .failed("grpc-status \(status.map { "\($0.rawValue)" } ?? "missing")") }
        return GRPCHealthCheck.isServing(body.readable) ? .passed : .failed("not serving")
    }

    private static var userAgent: StaticString { "gateway-health" }
}
