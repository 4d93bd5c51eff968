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
        do {
            switch settings.probe {
            case .connect: return .passed
            case .get(let path): return try await get(path, over: exchange)
            case .grpc(let service): return try await ask(service, over: exchange)
            }
        } catch {
            return .failed(error.problem)
        }
    }

    /// Whether a GET of the path is answered with a status that passes.
    private func get(_ path: String, over exchange: UpstreamExchange) async throws(UpstreamError) -> Result {
        var head = request(.get)
        // RFC 9112, section 9.6: the connection serves this one request.
        if !endpoint.usesHTTP2 { head.fields.append(.connection, value: "close") }
        exchange.begin(head, framing: .none) { $0.append(string: path) }
        try await exchange.endRequest(trailers: FieldBlock(), until: deadline)
        let answer = try await receiveHead(.get, over: exchange)
        let passes = settings.passing.contains(UInt16(clamping: answer.status))
        return passes ? .passed : .failed("status \(answer.status)")
    }

    /// Whether `grpc.health.v1` says that the service is serving.
    private func ask(_ service: String, over exchange: UpstreamExchange) async throws(UpstreamError) -> Result {
        var head = request(.post)
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
        let answer = try await receiveHead(.post, over: exchange)
        guard answer.status == 200 else { return .failed("status \(answer.status)") }
        if let status = GRPCStatus(in: answer.fields), status != .ok {
            return .failed("grpc-status \(status.rawValue)")
        }
        guard let body = try await receiveBody(over: exchange) else { return .failed("an answer too large") }
        var trailers = FieldBlock()
        exchange.copyTrailers(to: &trailers)
        let status = GRPCStatus(in: trailers)
        guard status == .ok else { return .failed("grpc-status \(status.map { "\($0.rawValue)" } ?? "missing")") }
        return GRPCHealthCheck.isServing(body.readable) ? .passed : .failed("not serving")
    }

    private func request(_ method: Method) -> RequestHead {
        var head = RequestHead()
        head.setMethod(method)
        head.scheme = endpoint.usesTLS ? .https : .http
        let local = endpoint.address.port == nil ? "localhost" : endpoint.address.description
        head.setAuthority(Array((endpoint.security?.serverName ?? local).utf8).span)
        head.fields.append(.userAgent, value: "gateway-health")
        return head
    }

    private func receiveHead(
        _ method: Method, over exchange: UpstreamExchange
    ) async throws(UpstreamError) -> ResponseHead {
        var head = ResponseHead()
        repeat {
            try await exchange.receiveHead(into: &head, method: method, until: deadline)
        } while head.isInformational
        return head
    }

    /// The whole body; nil when it is larger than any answer.
    private func receiveBody(over exchange: UpstreamExchange) async throws(UpstreamError) -> ByteBuffer? {
        var body = ByteBuffer()
        while true {
            switch try exchange.pollBody() {
            case .end: return body
            case .needsInput: try await exchange.receiveBody(until: deadline)
            case .available(let count):
                guard body.count + count <= Self.largestAnswer else { return nil }
                exchange.takeBody(count) { bytes in
                    body.append(bytes)
                    return bytes.count
                }
            }
        }
    }
}

extension UpstreamError {
    /// What a person who looks for the cause reads in the log.
    fileprivate var problem: String {
        switch self {
        case .connect(.failed(let error)): error.description
        case .connect(.timedOut), .timedOut: "no answer in time"
        case .connect(.interrupted), .interrupted: "interrupted"
        case .tls(let error): error.description
        case .closedBeforeHead, .closed: "the connection was closed"
        case .noTunnel: "no WebSockets"
        case .malformed(let error): "not HTTP: \(error.reason)"
        }
    }
}
