internal import Bytes
internal import HTTP
internal import Reactor
internal import TLS
internal import Transport

/// A question of the gateway's own to one endpoint, over an exchange that has been begun with it: what health checks and
/// other questions have in common.
struct EndpointQuery {
    let endpoint: Endpoint
    let exchange: UpstreamExchange
    let deadline: Instant

    /// The head of such a request; the service sees the endpoint's own name.
    func request(_ method: Method, userAgent: StaticString) -> RequestHead {
        var head = RequestHead()
        head.setMethod(method)
        head.scheme = endpoint.usesTLS ? .https : .http
        let local = endpoint.address.port == nil ? "localhost" : endpoint.address.description
        head.setAuthority(Array((endpoint.security?.serverName ?? local).utf8).span)
        head.fields.append(.userAgent, value: userAgent)
        return head
    }

    /// Sends a GET of path and query, and waits for the head of its answer.
    func get(_ target: String, _ head: borrowing RequestHead) async throws(UpstreamError) -> ResponseHead {
        exchange.begin(head, framing: .none) { $0.append(string: target) }
        try await exchange.endRequest(trailers: FieldBlock(), until: deadline)
        return try await receiveHead(.get)
    }

    /// The head of the final answer.
    func receiveHead(_ method: Method) async throws(UpstreamError) -> ResponseHead {
        var head = ResponseHead()
        repeat {
            try await exchange.receiveHead(into: &head, method: method, until: deadline)
        } while head.isInformational
        return head
    }

    /// The whole body; nil when it is larger than `limit` bytes.
    func receiveBody(atMost limit: Int) async throws(UpstreamError) -> ByteBuffer? {
        var body = ByteBuffer()
        while true {
            switch try exchange.pollBody() {
            case .end: return body
            case .needsInput: try await exchange.receiveBody(until: deadline)
            case .available(let count):
                guard count <= limit - body.count else { return nil }
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
    var problem: String {
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
