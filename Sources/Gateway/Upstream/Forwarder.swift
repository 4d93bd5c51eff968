internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import Telemetry
internal import Transport

/// Gets a response's head from the service of a route: picks an endpoint, leases a connection, writes, waits, and tries
/// again where that is safe.
struct Forwarder {
    let worker: Worker
    let bound: BoundRoute
    let service: BoundService
    let captures: Captures
    /// What the request says as a call of gRPC; nil when it is none.
    let call: GRPCCall?
    /// The WebSocket that is asked for.
    let handshake: Handshake?

    var route: Route { bound.route }

    /// A response whose head is in the exchange; its body waits on the connection.
    struct Response: ~Copyable {
        let connection: UpstreamExchange
        /// The request's body, if it was not all sent before the response began.
        let upload: Upload?
        /// The place among the endpoint's requests, held until the response has passed.
        let lease: UpstreamLease
    }

    /// One attempt's result.
    private enum Outcome: ~Copyable {
        case response(Response)
        /// - isCounted: whether trying again adds to what the service has to do. A request that no connection could be
        ///   made for has cost it nothing.
        case failed(Failure, isRetryable: Bool, isCounted: Bool = true)
    }

    /// Asks until there is a response, or nothing is left to try.
    func forward(
        _ exchange: Exchange, _ context: inout RequestContext, budget: inout UpstreamBudget
    ) async throws(Failure) -> Response {
        let loop = worker.loop
        if mustGather(exchange) { try await gatherBody(exchange, &context) }
        var excluded: Endpoint?
        var retries = 0
        while true {
            // A stream may be opened and reset in one breath (CVE-2023-44487).
            if exchange.isUnreachable { throw .clientGone }
            switch await attempt(exchange, &context, excluding: excluded, budget: &budget) {
            case .response(let response):
                guard context.upstreamStatus >= 400, retries < bound.retries, mayHelp(context.upstreamStatus),
                    isRepeatable(exchange), response.upload == nil, service.service.takeRetry(now: loop.now)
                else {
                    if response.upload == nil { dropBody(exchange) }
                    return response
                }
                exchange.interruptOnDeparture(nil)
                worker.pool.discard(response.connection)
            case .failed(let failure, let isRetryable, let isCounted):
                guard isRetryable, retries < bound.retries, !isCounted || service.service.takeRetry(now: loop.now)
                else {
                    dropBody(exchange)
                    throw failure
                }
            }
            excluded = context.endpoint
            retries += 1
            service.metrics.retries.add(1, shard: loop.index)
            let start = loop.now
            let backoff = Backoff(route.definition.retry.backoff)
            await loop.sleep(for: backoff.delay(attempt: retries, random: &worker.random))
            budget.didWait(from: start, to: loop.now)
            context.waited += loop.now - start
            if exchange.isAbandoned { throw .clientGone }
        }
    }

    private func attempt(
        _ exchange: Exchange, _ context: inout RequestContext, excluding excluded: Endpoint?,
        budget: inout UpstreamBudget
    ) async -> Outcome {
        let loop = worker.loop
        var lease: UpstreamLease
        do {
            lease = try acquireNow(excluding: excluded)
        } catch .notReady {
            do { lease = try await acquire(excluding: excluded) } catch { return .failed(error, isRetryable: false) }
        } catch {
            return .failed(error, isRetryable: false)
        }
        let endpoint = lease.endpoint
        context.endpoint = endpoint
        context.attempts += 1
        context.upstreamStatus = 0
        // The clock itself: what came before in this round of the loop was our own work.
        let start = loop.readClock()
        let reply = await ask(endpoint, exchange, until: min(budget.deadline(from: start), start + perTry(exchange)))
        let end = loop.now
        context.waited += end - start
        context.upstreamTime = end - start
        switch reply {
        case .success(let answer):
            // What the client took to send its body is not the service's time.
            if let upload = answer.upload {
                if let had = upload.endedAt { context.upstreamTime = end - had }
                budget.didWait(upload.isRunning ? 0 : context.upstreamTime)
            } else {
                budget.didWait(context.upstreamTime)
            }
            context.upstreamStatus = exchange.response.status
            lease.report(.response(status: status(of: exchange)), latency: context.upstreamTime, now: end)
            return .response(Response(connection: answer.connection, upload: answer.upload, lease: lease))
        case .failure(let stop):
            budget.didWait(from: start, to: end)
            lease.finish(stop.outcome, latency: end - start, now: end)
            if stop.failure.source == .upstream {
                let cause = FailureResponse(stop.failure).cause
                service.metrics.errors.add(FailureResponse.index(of: cause), shard: loop.index)
            }
            return .failed(
                stop.failure, isRetryable: stop.isRetryable, isCounted: stop.outcome != .failure(.connect))
        }
    }

    /// A place at an endpoint; `notReady` while no check has had a result yet.
    private func acquireNow(excluding excluded: Endpoint?) throws(Failure) -> UpstreamLease {
        let loop = worker.loop
        switch service.service.acquire(loop: loop.index, excluding: excluded, random: &worker.random, now: loop.now) {
        case .lease(let lease): return lease
        case .refused(.open(let retryAfter)): throw .breakerOpen(retryAfter: retryAfter)
        case .refused(.noEndpoints): throw .noEndpoint
        case .refused(.noneHealthy): throw .noHealthyEndpoint
        case .refused(.saturated): throw .overloaded
        case .refused(.unknown): throw .notReady
        }
    }

    /// The same, right after the start: requests wait a little for the first result.
    private func acquire(excluding excluded: Endpoint?) async throws(Failure) -> UpstreamLease {
        let loop = worker.loop
        let patience = loop.now + service.firstResultWait
        while loop.now < patience {
            await loop.sleep(for: 20_000_000)
            do { return try acquireNow(excluding: excluded) } catch .notReady { continue } catch { throw error }
        }
        throw .noHealthyEndpoint
    }

    /// How long one try may take. What cannot be tried again has all the time in its first try.
    private func perTry(_ exchange: Exchange) -> Nanoseconds {
        if let perTry = route.definition.timeouts.perTry { return perTry }
        return isRepeatable(exchange) ? bound.perTry : bound.total
    }

    /// What the answer says about the service. A call that ends at once as unavailable is what 503 is to other requests.
    private func status(of exchange: Exchange) -> UInt16 {
        if call != nil, exchange.response.status == 200, GRPCStatus(in: exchange.response.fields) == .unavailable {
            return 503
        }
        return UInt16(clamping: exchange.response.status)
    }

    private func mayHelp(_ status: Int) -> Bool {
        route.definition.retry.statuses.contains(UInt16(clamping: status))
    }

    /// A request that may be sent again must not depend on a body that is gone: a small one is taken in before it is sent.
    private func mustGather(_ exchange: Exchange) -> Bool {
        guard case .length(let length) = exchange.requestFraming, bound.retries > 0 else { return false }
        return length <= UInt64(route.definition.retry.maxBody) && isRepeatable(exchange)
    }

    private func gatherBody(_ exchange: Exchange, _ context: inout RequestContext) async throws(Failure) {
        let start = worker.loop.now
        do { try await exchange.gatherBody() } catch { throw Failure(error) }
        context.waited += worker.loop.now - start
    }

    /// Nobody asks again: a body that was kept for that is done with.
    private func dropBody(_ exchange: Exchange) {
        guard let count = exchange.untouchedBody else { return }
        exchange.takeBody(count) { (consumed: $0.count, ()) }
    }

    /// Whether asking twice does no harm: the method says so, or the client does with an idempotency key, and the body can
    /// be sent again.
    func isRepeatable(_ exchange: Exchange) -> Bool {
        (exchange.request.method.isIdempotent || exchange.request.fields.contains(.idempotencyKey))
            && exchange.bytesReceived == 0
    }
}
