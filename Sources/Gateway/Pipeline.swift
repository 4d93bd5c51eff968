internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor
internal import Telemetry
internal import Transport

/// The life of a request, from a parsed head to its one summary. This is the only place where the order of things is
/// decided, whatever protocol carries the exchange:
///
///     refuse -> local -> route -> shield -> authenticate -> limit -> upgrade -> forward -> relay -> finish
///
/// Every step either goes on or throws a `Failure`, and every failure becomes a response here.
struct Pipeline {
    /// Where requests come in.
    enum Entrance {
        /// Listeners for everybody.
        case `public`
        /// The listener for our own services: hosts name services, and there are no rules for strangers.
        case `internal`
    }

    let worker: Worker
    var entrance = Entrance.public

    /// Answers one exchange. Runs on the loop of its connection and never leaves it.
    func handle(_ exchange: Exchange) async {
        worker.refresh()
        worker.metrics.requestsInFlight.add(1, shard: worker.loop.index)
        defer { worker.metrics.requestsInFlight.add(-1, shard: worker.loop.index) }
        var context = RequestContext()
        Identification.identify(&exchange.request.fields, using: &worker.random, scratch: &worker.scratch)
        context.call = GRPCCall(exchange.request.fields, at: exchange.startedAt)
        do {
            try await serve(exchange, &context)
        } catch {
            context.failure = error
            await FailureWriter(worker: worker).write(error, to: exchange, &context)
        }
        Summary(worker: worker).finish(exchange, context)
    }

    private func serve(_ exchange: Exchange, _ context: inout RequestContext) async throws(Failure) {
        try refuse(exchange)
        resolveClient(exchange, &context)
        if entrance == .public,
            try await worker.core.site.answerPublicly(exchange, to: context.client, worker: worker)
        {
            return
        }
        let captures: Captures
        do {
            captures = try route(exchange, &context)
        } catch {
            guard error == .routeNotFound, entrance == .public, OpenAPISite.isAskedFor(exchange.request) else {
                throw error
            }
            try shield(context)
            return try await OpenAPISite(worker: worker).answer(exchange)
        }
        if entrance == .public { try shield(context) }
        if try await answerPreflight(exchange, context) { return }
        try authenticate(exchange, &context)
        try limit(exchange, &context)
        context.handshake = try Handshake.begin(exchange, context, worker: worker)
        try await forward(exchange, captures, &context)
    }

    // MARK: Stages

    /// 3. What is no request has no route.
    private func refuse(_ exchange: Exchange) throws(Failure) {
        switch exchange.refusal {
        case nil: return
        case .malformed(let error): throw .malformed(error)
        case .timedOut: throw .headTimeout
        case .unknownExpectation: throw .unknownExpectation
        }
    }

    private func resolveClient(_ exchange: Exchange, _ context: inout RequestContext) {
        context.client = ClientAddress.resolve(
            peer: exchange.peer, fields: exchange.request.fields, trusted: worker.snapshot.configuration.trustedProxies)
    }

    /// 4. Which route takes the request.
    private func route(_ exchange: Exchange, _ context: inout RequestContext) throws(Failure) -> Captures {
        if exchange.isMisdirected { throw .misdirected }
        let snapshot = worker.snapshot
        var method = CORS.isPreflight(exchange.request) ? CORS.requestedMethod(exchange.request) : nil
        // Over HTTP/2 a WebSocket is asked for by CONNECT: a route's methods are those of HTTP/1.1.
        if exchange.request.extendedProtocol != nil { method = .get }
        let isPublic = entrance == .public
        let match =
            isPublic
            ? snapshot.table.match(exchange.request, as: method)
            : snapshot.internalTable.match(exchange.request, as: method)
        switch match {
        case .found(let index, let captures):
            let route = isPublic ? snapshot.routes[index] : snapshot.internalRoutes[index]
            context.route = route
            if exchange.request.hasEncodedSlash, !route.route.definition.allowsEncodedSlash {
                throw .malformed(.encodedSlash)
            }
            return captures
        case .notFound: throw .routeNotFound
        case .methodNotAllowed(let allow):
            throw .methodNotAllowed(allow)
        }
    }

    /// 5. A coarse limit by address, before any signature is checked.
    private func shield(_ context: RequestContext) throws(Failure) {
        guard let shield = worker.snapshot.shield else { return }
        let key = RateLimiting.address(context.client, seed: shield.seed)
        let admission = RateLimiting.take(key, shield.policy, from: worker.core.limiter, on: worker.loop)
        if !admission.allowed { throw .shielded(retryAfter: admission.retryAfter) }
    }

    /// A preflight is answered by the gateway where the route has rules for it.
    private func answerPreflight(
        _ exchange: Exchange, _ context: RequestContext
    ) async throws(Failure) -> Bool {
        guard let rule = context.route?.route.cors, CORS.isPreflight(exchange.request) else { return false }
        exchange.response.status = 204
        CORS.answerPreflight(rule, exchange.request, in: &exchange.response.fields)
        ResponseWriter.addCommon(exchange, worker: worker)
        try await ResponseWriter.send([], to: exchange)
        return true
    }

    /// 6. Who asks, and whether they may.
    private func authenticate(_ exchange: Exchange, _ context: inout RequestContext) throws(Failure) {
        // Browsers send no token with a preflight; where the gateway has no rules for it, the service answers.
        if CORS.isPreflight(exchange.request) { return }
        let policy = context.route!.route.auth
        context.principal = try Authentication.authenticate(
            exchange.request.fields, by: policy, with: worker.authenticators, now: worker.loop.now,
            unixSeconds: worker.clock.unixSeconds)
        if let principal = context.principal { try Authentication.authorize(principal, by: policy) }
    }

    /// 7. Whether they ask too often.
    private func limit(_ exchange: Exchange, _ context: inout RequestContext) throws(Failure) {
        let limits = context.route!.limits
        guard !limits.isEmpty else { return }
        let verdict = RateLimiting.take(
            limits, request: exchange.request.fields, client: context.client, principal: context.principal,
            table: worker.core.limiter, on: worker.loop)
        context.verdict = verdict
        if let verdict, !verdict.admission.allowed { throw .rateLimited(retryAfter: verdict.admission.retryAfter) }
    }

    /// 8 and 9. Asks the service and passes its answer on.
    private func forward(
        _ exchange: Exchange, _ captures: Captures, _ context: inout RequestContext
    ) async throws(Failure) {
        let bound = context.route!
        if let answer = bound.route.response {
            try await ResponseWriter.send(answer, to: exchange, context, worker: worker)
            return
        }
        if case .length(let length) = exchange.requestFraming, length > bound.bodyLimit { throw .bodyTooLarge }
        let split = bound.route.split!
        context.target = split.isSingle ? 0 : bound.target(of: split.service(random: worker.random.next()))
        try RequestFields.prepare(exchange, context, worker: worker)
        let forwarder = Forwarder(
            worker: worker, bound: bound, service: bound.targets[context.target].service, captures: captures,
            call: context.call, handshake: context.handshake)
        let deadline = context.call?.deadline ?? .never
        if deadline <= worker.loop.now { throw .deadlineExceeded }
        var budget = UpstreamBudget(bound.total, until: deadline)
        let response = try await forwarder.forward(exchange, &context, budget: &budget)
        if let handshake = context.handshake, response.connection.isTunnel {
            return await Tunnel.open(response, handshake, exchange, &context, worker: worker)
        }
        if exchange.request.extendedProtocol != nil, exchange.request.version == .http2,
            (200..<300).contains(exchange.response.status)
        {
            // To this client it would mean that the WebSocket is open (RFC 8441, section 5).
            worker.pool.discard(response.connection)
            throw .webSocketDeclined
        }
        await ResponseWriter.relay(response, to: exchange, &context, budget: &budget, worker: worker)
    }
}
