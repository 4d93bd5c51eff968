public import HTTP

/// Asks other services, by name. Calls go through the gateway's internal listener, so that balancing, health, the breaker,
/// retries and traces are the same as for anybody's requests.
public struct ServiceClient: Sendable {
    /// What carries a call and brings the answer back.
    public typealias Transport = @Sendable (ServiceCall) async throws(CallError) -> ServiceResponse

    private let transport: Transport
    private let token: @Sendable () throws -> String

    /// - Parameters:
    ///   - transport: what carries calls.
    ///   - token: makes the service's own token.
    public init(token: @escaping @Sendable () throws -> String, _ transport: @escaping Transport) {
        self.transport = transport
        self.token = token
    }

    /// Reaches nobody: for a service that runs alone.
    public static let none = ServiceClient(token: { "" }) { call throws(CallError) in
        throw .unreachable("\(call.service) cannot be reached: GATEWAY_INTERNAL is not set")
    }

    /// Asks, and waits for the whole answer, whatever its status.
    ///
    /// - Parameters:
    ///   - call: what is asked.
    ///   - request: the request on whose behalf; its id, trace and deadline are passed on.
    ///   - identity: whose token goes along.
    public func send(
        _ call: ServiceCall, for request: ServiceRequest? = nil, as identity: Identity = .service
    ) async throws(CallError) -> ServiceResponse {
        var call = call
        for name in ["x-request-id", "traceparent", ServiceCall.deadlineField] {
            guard let value = request?.field(name), !call.fields.contains(where: { $0.name == name }) else { continue }
            call.fields.append(HeaderField(name, value))
        }
        switch identity {
        case .service:
            guard let token = try? token() else { throw .unreachable("the service has no token of its own") }
            call.fields.append(HeaderField("authorization", "Bearer " + token))
        case .caller:
            if let value = request?.field("authorization") { call.fields.append(HeaderField("authorization", value)) }
        }
        return try await transport(call)
    }

    /// Whose token goes along with a call.
    public enum Identity: Sendable {
        /// The service's own.
        case service
        /// That of whoever sent the request.
        case caller
    }
}

/// One call of another service.
public struct ServiceCall: Sendable {
    /// The service's name in the configuration of the gateway.
    public let service: String
    /// The method.
    public let method: HTTP.Method
    /// The path, with a query if there is one, percent-encoded.
    public let target: String
    /// Header fields; names in lowercase.
    public var fields: [HeaderField]
    /// The body, JSON; empty for none.
    public let body: [UInt8]
    /// How long the answer may take, in seconds.
    public let timeout: Double

    /// - Parameters:
    ///   - method: the method.
    ///   - service: the service's name.
    ///   - target: path and query.
    ///   - body: a JSON body.
    ///   - fields: header fields besides.
    ///   - timeout: how long the answer may take, in seconds.
    public init(
        _ method: HTTP.Method, _ service: String, _ target: String, body: JSON? = nil, fields: [HeaderField] = [],
        timeout: Double = 5
    ) {
        self.method = method
        self.service = service
        self.target = target
        self.fields = body == nil ? fields : fields + [HeaderField("content-type", "application/json")]
        self.body = body?.bytes ?? []
        self.timeout = timeout
    }
}

/// Why a call has no answer. Whether the other service did what was asked is not known then.
public enum CallError: Error, Hashable, Sendable {
    /// Nobody answered, for this reason.
    case unreachable(String)
    /// The time was up.
    case timedOut
    /// The gateway has no service of that name: nothing was done.
    case unknownService
}

extension ServiceResponse {
    /// The body as JSON; nil when it is none.
    public var json: JSON? { try? JSONParser.parse(body.span) }

    /// The first value of a field, whose name is given in lowercase.
    public func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}
