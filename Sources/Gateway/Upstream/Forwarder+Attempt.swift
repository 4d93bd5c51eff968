internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import Transport

extension Forwarder {
    /// One endpoint's answer: the head is in the exchange, the body waits on the connection.
    struct Answer {
        let connection: UpstreamExchange
        let upload: Upload?
    }

    /// Why one endpoint did not answer.
    struct Stop: Error {
        let failure: Failure
        /// What it says about the endpoint.
        var outcome: UpstreamOutcome
        let isRetryable: Bool
        /// The connection had been closed while it rested, or has no room: another one may serve.
        var isStale = false
        /// The service has said that it did nothing with the request.
        var isUntouched = false
    }

    /// Asks one endpoint: over a connection that rests in the pool, or over a new one. When a resting connection turns out
    /// to have been closed meanwhile, or has no room for one more stream, that says nothing about the endpoint, and another
    /// is used at once.
    func ask(
        _ endpoint: Endpoint, _ exchange: Exchange, until deadline: Instant
    ) async -> Result<Answer, Stop> {
        if let call {
            call.prepare(
                &exchange.request.fields, isHTTP2: endpoint.usesHTTP2, at: worker.loop.now, scratch: &worker.scratch)
            if endpoint.usesHTTP2 { exchange.allowPauses(of: route.definition.timeouts.idle) }
        }
        var tries = 0
        var next = worker.pool.beginIdle(endpoint.target)
        while true {
            let connection: UpstreamExchange
            if let idle = next {
                connection = idle
            } else {
                do {
                    connection = try await worker.pool.begin(
                        endpoint.target, until: min(deadline, worker.loop.now + connectTimeout),
                        onStart: { waiter in exchange.interruptOnDeparture(waiter) })
                } catch {
                    return .failure(stop(withoutConnection: Failure(error)))
                }
            }
            let result = await ask(over: connection, exchange, until: deadline)
            tries += 1
            guard case .failure(var stop) = result, stop.isStale, stop.isRetryable, stop.isUntouched || tries == 1
            else { return result }
            if tries == Self.connectionLimit {
                // A service that announces room and never has any does not work.
                stop.outcome = .failure(.reset)
                return .failure(stop)
            }
            next = nil
        }
    }

    /// How many connections to one endpoint a request may be tried on that do nothing with it.
    private static var connectionLimit: Int { 4 }

    private func stop(withoutConnection failure: Failure) -> Stop {
        guard failure != .clientGone else { return abandoned }
        if failure == .connectTimeout, isOverdue { return overdue }
        guard failure != .exhausted else { return Stop(failure: failure, outcome: .cancelled, isRetryable: false) }
        // Nothing was written: any request may be sent elsewhere.
        return Stop(failure: failure, outcome: .failure(.connect), isRetryable: route.definition.retry.onConnect)
    }

    private var connectTimeout: Nanoseconds {
        route.definition.timeouts.connect ?? service.settings.connectTimeout
    }

    private var abandoned: Stop { Stop(failure: .clientGone, outcome: .cancelled, isRetryable: false) }

    /// Whether the caller has given up by now. A service that was given no time has done nothing wrong.
    private var isOverdue: Bool { call.map { $0.deadline <= worker.loop.now } ?? false }

    private var overdue: Stop { Stop(failure: .deadlineExceeded, outcome: .cancelled, isRetryable: false) }

    /// Sends the request and waits for the head of the response.
    private func ask(
        over connection: UpstreamExchange, _ exchange: Exchange, until deadline: Instant
    ) async -> Result<Answer, Stop> {
        exchange.interruptOnDeparture(connection.waiter)
        var upload: Upload?
        do {
            if !sendNow(exchange, over: connection) {
                upload = try await send(exchange, over: connection, until: deadline)
            }
            try await receiveHead(exchange, over: connection, upload: upload, until: deadline)
            return .success(Answer(connection: connection, upload: upload))
        } catch {
            let failure = upload?.failure
            await upload?.join()
            let stop = stop(after: error, clientFailure: failure, connection: connection, exchange: exchange)
            exchange.interruptOnDeparture(nil)
            worker.pool.discard(connection)
            return .failure(stop)
        }
    }

    /// Writes the head; true when that is the whole request and all of it went out.
    private func sendNow(_ exchange: Exchange, over connection: UpstreamExchange) -> Bool {
        // A WebSocket's request has no end.
        if handshake != nil { return false }
        connection.begin(exchange.request, framing: exchange.requestFraming) { buffer in
            UpstreamRequest.writeTarget(of: exchange.request, route.rewrite, captures, to: &buffer)
        }
        guard exchange.isBodyComplete else { return false }
        stripTrailers(of: exchange)
        return connection.endRequestNow(trailers: exchange.requestTrailers)
    }

    /// What a client must not say in a header it must not say behind its body either.
    private func stripTrailers(of exchange: Exchange) {
        RequestFields.stripTrailers(&exchange.requestTrailers, owned: worker.snapshot.ownedFields)
    }

    /// Writes the rest of the head, and the body if all of it is here; else starts its upload.
    private func send(
        _ exchange: Exchange, over connection: UpstreamExchange, until deadline: Instant
    ) async throws(UpstreamError) -> Upload? {
        if let handshake {
            let key = handshake.key
            try connection.beginTunnel(exchange.request, key: key.span) { buffer in
                UpstreamRequest.writeTarget(of: exchange.request, route.rewrite, captures, to: &buffer)
            }
            try await connection.drain(until: deadline)
            return nil
        }
        if exchange.isBodyComplete {
            try await connection.endRequest(trailers: exchange.requestTrailers, until: deadline)
            return nil
        }
        // A body whose limit still has to be looked at goes on as an upload.
        if let count = exchange.untouchedBody, count <= route.definition.retry.maxBody, count <= bound.bodyLimit {
            // The body stays where it is until there is a response: it may have to be sent again.
            var sent = 0
            while sent < count {
                sent += try exchange.takeBody(count) { bytes in
                    (0, Result { () throws(UpstreamError) in try connection.offer(bytes.extracting(sent..<count)) })
                }.get()
                if sent < count { try await connection.drain(until: deadline) }
            }
            stripTrailers(of: exchange)
            try await connection.endRequest(trailers: exchange.requestTrailers, until: deadline)
            return nil
        }
        let upload = Upload(
            exchange, to: connection, ownedFields: worker.snapshot.ownedFields, terms: uploadTerms(over: connection),
            answerPatience: deadline - worker.loop.now)
        upload.start()
        return upload
    }

    /// The body of a call is a stream of messages: each has a size, and between them either side may be silent. Only a
    /// service of HTTP/2 can be called: elsewhere a content type does not lift the limits of bodies.
    private func uploadTerms(over connection: UpstreamExchange) -> Upload.Terms {
        let timeouts = route.definition.timeouts
        guard let call, case .h2 = connection else {
            return Upload.Terms(limit: .body(bound.bodyLimit), patience: timeouts.total)
        }
        return Upload.Terms(
            limit: .message(GRPCMessageMeter(limit: bound.bodyLimit)), patience: timeouts.idle, pause: timeouts.idle,
            end: call.deadline)
    }

    private func receiveHead(
        _ exchange: Exchange, over connection: UpstreamExchange, upload: Upload?, until deadline: Instant
    ) async throws(UpstreamError) {
        var informational = 0
        while true {
            // A body that is still coming from the client does not use up the service's time.
            let limit = upload?.answerDeadline ?? deadline
            try await connection.receiveHead(into: &exchange.response, method: exchange.request.method, until: limit)
            if exchange.response.status == 101 {
                // Nobody may change the protocol who was not asked to, or does not know to which.
                guard let handshake, handshake.isProven(by: exchange.response) else { throw .malformed(.badStatusLine) }
                return
            }
            guard exchange.response.isInformational else { return }
            informational += 1
            if informational > Self.informationalLimit { throw .malformed(.badStatusLine) }
            if exchange.response.status != 100 {
                do { try exchange.response.fields.removeHopByHop() } catch { throw .malformed(error) }
                exchange.sendInformational(exchange.response)
                do { try await exchange.drain() } catch { throw .interrupted }
            }
        }
    }

    /// How many informational responses may come before the one that counts: they are passed on without a wait.
    private static var informationalLimit: Int { 32 }

    private func stop(
        after error: UpstreamError, clientFailure: Failure?, connection: UpstreamExchange, exchange: Exchange
    ) -> Stop {
        if error == .timedOut, isOverdue { return overdue }
        if let clientFailure { return Stop(failure: clientFailure, outcome: .cancelled, isRetryable: false) }
        let failure = Failure(error)
        let retry = route.definition.retry
        let isRepeatable = isRepeatable(exchange)
        switch error {
        case .interrupted, .connect(.interrupted): return abandoned
        case .closedBeforeHead, .closed:
            // What the service has not worked on may be sent again, whatever it is (RFC 9113 section 8.7).
            let isUntouched = !connection.hasWritten
            if isUntouched || connection.isReused && error == .closedBeforeHead {
                let isSafe = exchange.bytesReceived == 0 && (isRepeatable || isUntouched)
                return Stop(
                    failure: failure, outcome: .cancelled, isRetryable: isSafe, isStale: true, isUntouched: isUntouched)
            }
            return Stop(
                failure: failure, outcome: .failure(.reset),
                isRetryable: error == .closedBeforeHead && retry.onReset && isRepeatable)
        case .timedOut:
            return Stop(failure: failure, outcome: .failure(.timeout), isRetryable: retry.onTimeout && isRepeatable)
        // That says nothing of how the endpoint is.
        case .noTunnel: return Stop(failure: failure, outcome: .cancelled, isRetryable: false)
        case .malformed:
            return Stop(failure: failure, outcome: .failure(.invalid), isRetryable: false)
        case .connect, .tls:
            return Stop(failure: failure, outcome: .failure(.connect), isRetryable: retry.onConnect)
        }
    }
}
