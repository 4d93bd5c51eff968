internal import Bytes
internal import HTTP
internal import Reactor
internal import Telemetry
internal import Transport

/// Puts the gateway's marks on a response and sends it.
enum ResponseWriter {
    /// Passes a service's response on.
    static func relay(
        _ response: consuming Forwarder.Response, to exchange: Exchange, _ context: inout RequestContext,
        budget: inout UpstreamBudget, worker: Worker
    ) async {
        let connection = response.connection
        let definition = context.route!.route.definition
        let isCall = context.call != nil && context.endpoint?.usesHTTP2 == true
        let isStream = isCall || isEventStream(exchange.response.fields)
        prepare(exchange, context, worker: worker)
        // Content-Length is written with the framing; where there is no body it goes out as it came, for HEAD.
        if connection.framing != .none || exchange.response.status == 204 {
            exchange.response.fields.removeAll(of: .contentLength)
        }
        var relay = Relay(
            exchange, from: connection, upload: response.upload, silence: isStream ? definition.timeouts.idle : nil,
            hasTrailers: isCall)
        defer { context.waited += relay.waited }
        do {
            try await relay.run(&budget)
            await response.upload?.join()
            exchange.interruptOnDeparture(nil)
            worker.pool.release(connection)
        } catch {
            await response.upload?.join()
            exchange.interruptOnDeparture(nil)
            let isOpenEnded = if case .length = connection.framing { isCall } else { true }
            worker.pool.discard(connection)
            let failure = failure(error, response.upload, budget, now: exchange.loop.now)
            context.failure = failure
            if failure.source == .upstream {
                let kind = FailureResponse.index(of: FailureResponse(failure).cause)
                context.route!.targets[context.target].service.metrics.errors.add(kind, shard: worker.loop.index)
            }
            if context.call != nil, isOpenEnded, !failure.isClientLost {
                await FailureWriter(worker: worker).endCall(failure, in: exchange)
            } else {
                exchange.abort()
            }
        }
    }

    /// Why a response was cut short.
    private static func failure(
        _ error: Relay.Break, _ upload: Upload?, _ budget: UpstreamBudget, now: Instant
    ) -> Failure {
        switch error {
        case .downstream(let error): upload?.failure ?? Failure(downstream: error)
        case .upstream(.timedOut) where budget.end <= now: .deadlineExceeded
        case .upstream(let error): Failure(error)
        }
    }

    /// Sends an answer of the configuration.
    static func send(
        _ answer: CompiledResponse, to exchange: Exchange, _ context: RequestContext, worker: Worker
    ) async throws(Failure) {
        exchange.response.status = answer.status
        for field in answer.fields { exchange.response.fields.append(name: field.name.span, value: field.value.span) }
        prepare(exchange, context, worker: worker)
        try await send(answer.body, to: exchange)
    }

    /// Sends the head in the exchange with a body.
    static func send(_ body: [UInt8], to exchange: Exchange) async throws(Failure) {
        let hasBody =
            exchange.request.method != .head && exchange.response.status != 204 && exchange.response.status != 304
        if exchange.request.method == .head {
            exchange.response.fields.append(.contentLength, value: UInt64(body.count))
        }
        exchange.sendHead(hasBody ? .length(UInt64(body.count)) : .none)
        do {
            var sent = 0
            while hasBody, sent < body.count {
                sent += try exchange.offer(body.span.extracting(sent..<body.count))
                if sent < body.count { try await exchange.drain() }
            }
            try await exchange.end()
        } catch {
            exchange.abort()
            throw Failure(downstream: error)
        }
    }

    /// Drops what was meant for one hop and adds what every response has.
    static func prepare(_ exchange: Exchange, _ context: RequestContext, worker: Worker) {
        // A response that names more options than the limit keeps its fields; those of one hop go all the same.
        try? exchange.response.fields.removeHopByHop()
        if let route = context.route {
            if !route.route.responseEdits.isEmpty { route.route.responseEdits.apply(to: &exchange.response.fields) }
            if let rule = route.route.cors { CORS.share(rule, exchange.request, in: &exchange.response.fields) }
            if let verdict = context.verdict {
                RateLimiting.announce(
                    verdict, of: route.limits[verdict.limit], in: &exchange.response.fields, scratch: &worker.scratch)
            }
        }
        addCommon(exchange, worker: worker)
    }

    /// Date, Via and the request's id.
    static func addCommon(_ exchange: Exchange, worker: Worker) {
        if !exchange.response.fields.contains(.date) {
            worker.advanceClock()
            let clock = worker.clock
            exchange.response.fields.append(.date, value: clock.httpDate)
        }
        worker.scratch.removeAll()
        worker.scratch.append(exchange.response.version == .http2 ? "2 " : "1.1 ")
        let identity = worker.core.identity
        worker.scratch.append(identity.span)
        worker.scratch.withReadable { exchange.response.fields.append(.via, value: $0) }
        exchange.response.fields.removeAll(of: .xRequestID)
        if let index = exchange.request.fields.firstIndex(of: .xRequestID) {
            exchange.response.fields.append(from: exchange.request.fields, at: index)
        }
    }

    private static func isEventStream(_ fields: borrowing FieldBlock) -> Bool {
        guard let index = fields.firstIndex(of: .contentType) else { return false }
        let value = fields.value(at: index)
        return value.count >= 17 && value.extracting(first: 17).equalsIgnoringCase("text/event-stream")
    }
}
