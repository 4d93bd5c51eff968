internal import Bytes
internal import HTTP
internal import JWT
internal import Reactor
internal import Telemetry
internal import Transport

/// Tells the client of a failure: problem details (RFC 9457), and the fields that the status asks for. The caller of a gRPC
/// method is told in its own terms.
struct FailureWriter {
    let worker: Worker

    /// Answers with what `failure` looks like, and notes the status of it that logs and metrics get.
    func write(_ failure: Failure, to exchange: Exchange, _ context: inout RequestContext) async {
        guard !failure.isClientLost, !exchange.isHeadSent else {
            exchange.abort()
            return
        }
        let response = FailureResponse(failure)
        context.status = response.status
        exchange.response.reset()
        let body: [UInt8]
        if context.call != nil {
            startCallEnd(failure, response, in: exchange)
            body = []
        } else {
            exchange.response.status = response.status
            exchange.response.fields.append(.contentType, value: "application/problem+json")
            body = self.body(response, exchange)
        }
        addFields(for: failure, response, to: exchange, context)
        // The client may have left; then there is nobody to tell.
        try? await ResponseWriter.send(body, to: exchange)
    }

    /// Ends a call whose answer has begun: its trailers say what went wrong, where other responses are cut off.
    func endCall(_ failure: Failure, in exchange: Exchange) async {
        let response = FailureResponse(failure)
        let message = Array("\(response.detail)".utf8)
        exchange.responseTrailers.removeAll()
        exchange.responseTrailers.append(.xGatewayError, value: response.reason)
        GRPCStatus(failure).write(
            message: message.span, to: &exchange.responseTrailers, scratch: &worker.scratch)
        do { try await exchange.end() } catch { exchange.abort() }
    }

    /// An answer that is only trailers, as gRPC calls it: one head that ends the call.
    private func startCallEnd(_ failure: Failure, _ response: FailureResponse, in exchange: Exchange) {
        exchange.response.status = 200
        exchange.response.fields.append(.contentType, value: GRPCCall.contentType)
        let message = Array("\(response.detail)".utf8)
        GRPCStatus(failure).write(
            message: message.span, retryAfter: failure.retryAfter, to: &exchange.response.fields,
            scratch: &worker.scratch)
    }

    private func addFields(
        for failure: Failure, _ response: FailureResponse, to exchange: Exchange, _ context: RequestContext
    ) {
        exchange.response.fields.append(.xGatewayError, value: response.reason)
        exchange.response.fields.append(.cacheControl, value: "no-store")
        switch failure {
        case .tokenMissing:
            exchange.response.fields.append(.wwwAuthenticate, value: "Bearer realm=\"gateway\"")
        case .tokenInvalid, .tokenRevoked:
            exchange.response.fields.append(
                .wwwAuthenticate, value: "Bearer realm=\"gateway\", error=\"invalid_token\"")
        case .scopeInsufficient: addScopes(to: exchange, context)
        case .methodNotAllowed(let allowed):
            let value = Array(allowed.allowValue.utf8)
            exchange.response.fields.append(.allow, value: value.span)
        case .badHandshake(.unsupportedVersion):
            // RFC 6455, section 4.4; RFC 9110, section 15.5.22.
            exchange.response.fields.append(.secWebSocketVersion, value: "13")
            if exchange.request.version != .http2 {
                exchange.response.fields.append(.connection, value: "Upgrade")
                exchange.response.fields.append(.upgrade, value: "websocket")
            }
        default: break
        }
        if let wait = failure.retryAfter {
            exchange.response.fields.append(.retryAfter, value: max(1, (wait + 999_999_999) / 1_000_000_000))
        }
        if let route = context.route {
            if let rule = route.route.cors { CORS.share(rule, exchange.request, in: &exchange.response.fields) }
            if let verdict = context.verdict {
                RateLimiting.announce(
                    verdict, of: route.limits[verdict.limit], in: &exchange.response.fields, scratch: &worker.scratch)
            }
        }
        ResponseWriter.addCommon(exchange, worker: worker)
    }

    /// Names the scopes that would do (RFC 6750, section 3).
    private func addScopes(to exchange: Exchange, _ context: RequestContext) {
        worker.scratch.removeAll()
        worker.scratch.append("Bearer realm=\"gateway\", error=\"insufficient_scope\"")
        if let scopes = context.route?.route.auth.scopes, !scopes.isEmpty {
            worker.scratch.append(", scope=\"")
            for index in scopes.indices {
                if index > 0 { worker.scratch.append(0x20) }
                let scope = scopes[index]
                worker.scratch.append(scope.span)
            }
            worker.scratch.append(0x22)
        }
        worker.scratch.withReadable { exchange.response.fields.append(.wwwAuthenticate, value: $0) }
    }

    private static func writeRequest(_ head: borrowing RequestHead, to json: inout JSONWriter) {
        json.name("instance")
        json.value(head.path)
        json.name("requestId")
        json.value(head.fields.value(of: .xRequestID))
    }

    private func body(_ response: FailureResponse, _ exchange: Exchange) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("type", "urn:gateway:error:\(response.reason)")
            json.member("title", "\(ReasonPhrase.of(response.status))")
            json.member("status", response.status)
            json.member("detail", "\(response.detail)")
            Self.writeRequest(exchange.request, to: &json)
        }
        let buffer = writer.finish()
        return buffer.readable.array
    }
}
