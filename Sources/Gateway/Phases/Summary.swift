internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor
internal import TLS
internal import Telemetry
internal import Transport

/// The one summary of a request, made exactly once, whatever became of it: series and access log.
struct Summary {
    let worker: Worker

    func finish(_ exchange: Exchange, _ context: RequestContext) {
        let shard = worker.loop.index
        let failure = context.failure.map { FailureResponse($0) }
        let status = context.failure?.isClientLost == true ? 499 : context.status ?? exchange.response.status
        let end = worker.loop.readClock()
        let duration = end - exchange.startedAt
        let overhead = duration > context.waited ? duration - context.waited : 0
        let series = Self.series(context) ?? worker.metrics.unmatched
        series.requests.record(method: exchange.request.method.index, status: status, shard: shard)
        // How long a WebSocket stays open is no latency.
        if context.tunnelEnding == nil { series.duration.observe(duration, shard: shard) }
        if context.attempts > 0, context.tunnelEnding == nil {
            series.upstreamDuration.observe(context.upstreamTime, shard: shard)
            series.overhead.observe(overhead, shard: shard)
        }
        if let failure, context.failure?.source != .upstream {
            series.rejections.add(FailureResponse.index(of: failure.cause), shard: shard)
        }
        guard let log = worker.accessLog else { return }
        worker.advanceClock()
        write(exchange, context, status, failure, duration, overhead, to: log)
    }

    private static func series(_ context: RequestContext) -> RouteMetrics? {
        guard let route = context.route else { return nil }
        return context.target >= 0 ? route.targets[context.target].metrics : route.ownMetrics
    }

    private func write(
        _ exchange: Exchange, _ context: RequestContext, _ status: Int, _ failure: FailureResponse?,
        _ duration: Nanoseconds, _ overhead: Nanoseconds, to log: AccessLog
    ) {
        worker.scratch.removeAll()
        if let client = context.client ?? exchange.peer.internetAddress {
            worker.scratch.append(client)
        } else {
            worker.scratch.append("unix")
        }
        let tls: StaticString? = exchange.security.map { $0.version == .v1_3 ? "TLSv1.3" : "TLSv1.2" }
        let (bytesIn, bytesOut) = (exchange.bytesReceived, exchange.bytesSent)
        let callStatus = Self.callStatus(exchange, context)
        append(exchange.request, client: worker.scratch, context, to: log) { record in
            record.status = status
            record.grpcStatus = callStatus?.rawValue
            record.upstreamStatus = context.upstreamStatus > 0 ? context.upstreamStatus : nil
            record.reason = failure?.cause ?? context.tunnelEnding?.reason
            record.attempts = context.attempts
            record.bytesIn = bytesIn
            record.bytesOut = bytesOut
            record.duration = duration
            if context.attempts > 0 {
                record.upstreamDuration = context.upstreamTime
                if context.tunnelEnding == nil { record.overhead = overhead }
            }
            record.tls = tls
        }
    }

    /// How a gRPC call ended; nil for other requests, and for calls whose end the client never saw.
    private static func callStatus(_ exchange: Exchange, _ context: RequestContext) -> GRPCStatus? {
        guard context.call != nil else { return nil }
        if let failure = context.failure { return GRPCStatus(failure) }
        return GRPCStatus(in: exchange.responseTrailers) ?? GRPCStatus(in: exchange.response.fields)
    }

    private func append(
        _ head: borrowing RequestHead, client: borrowing ByteBuffer, _ context: RequestContext, to log: AccessLog,
        fill: (inout AccessRecord) -> Void
    ) {
        let route = context.route?.route.name ?? []
        let service = context.target >= 0 ? context.route?.targets[context.target].service.name ?? [] : []
        let endpoint = context.endpoint.map { Array($0.name.utf8) } ?? []
        let subject = context.principal?.subject ?? []
        var record = AccessRecord(
            requestID: head.fields.value(of: .xRequestID), clientIP: client.readable, method: head.methodToken,
            host: head.authority, path: head.path, route: route.span, service: service.span, endpoint: endpoint.span,
            subject: subject.span, userAgent: head.fields.value(of: .userAgent))
        record.trace = TraceContext(head.fields.value(of: .traceparent))
        fill(&record)
        log.append(record, at: worker.clock)
    }
}
