/// A route ready for requests: its definition, and the parts that the request path reads as bytes.
public final class Route: Sendable {
    /// Its index in the configuration and in the table.
    public let index: Int
    /// What the file says, defaults filled in: timeouts, limits and retries are read from here.
    public let definition: RouteDefinition
    /// The name, for logs.
    public let name: [UInt8]
    /// Where requests go; nil when the gateway answers itself.
    public let split: ServiceSplit?
    /// The answer of the gateway itself, if it answers.
    public let response: CompiledResponse?
    /// How the path changes.
    public let rewrite: PathRewrite
    /// Who may.
    public let auth: CompiledAuth
    /// Changes to the request's fields.
    public let requestEdits: CompiledHeaderEdits
    /// Changes to the response's fields.
    public let responseEdits: CompiledHeaderEdits
    /// What browsers may do; nil when the gateway says nothing about it.
    public let cors: CompiledCORS?
    /// Who may open a WebSocket.
    public let webSocket: CompiledWebSocketRule

    /// - Parameters:
    ///   - definition: what the file says.
    ///   - index: its place there.
    public init(_ definition: RouteDefinition, index: Int) {
        self.index = index
        self.definition = definition
        name = Array(definition.name.utf8)
        switch definition.action {
        case .forward(let services):
            split = ServiceSplit(services)
            response = nil
        case .respond(let answer):
            split = nil
            response = CompiledResponse(answer)
        }
        rewrite = PathRewrite(definition.rewrite, pattern: definition.pattern.path)
        auth = CompiledAuth(definition.auth)
        requestEdits = CompiledHeaderEdits(definition.requestHeaders)
        responseEdits = CompiledHeaderEdits(definition.responseHeaders)
        cors = definition.cors.map { CompiledCORS($0, methods: definition.pattern.methods) }
        webSocket = CompiledWebSocketRule(definition.webSocket, cors: definition.cors)
    }
}
