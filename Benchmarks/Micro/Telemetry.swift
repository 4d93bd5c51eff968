import Bytes
import Gateway
import Telemetry

/// What is noted down about every request.
func measureTelemetry(_ bench: inout Bench) throws {
    let log = AccessLog(writer: try LogWriter(.file("/dev/null")))
    let clock = WallClock(unixMilliseconds: 1_700_000_000_000)
    let (requestID, client) = (bytes("01JD0000000000000000000000"), bytes("203.0.113.7"))
    let (method, host, path) = (bytes("GET"), bytes("shop.test"), bytes("/products/42"))
    let (service, endpoint, subject) = (bytes("products"), bytes("127.0.0.1:5003"), bytes("alice"))
    let userAgent = bytes("Mozilla/5.0 (X11; Linux x86_64)")
    let trace = TraceContext(bytes("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").span)
    bench.measure("compose an access log line") {
        var record = AccessRecord(
            requestID: requestID.span, clientIP: client.span, method: method.span, host: host.span, path: path.span,
            route: service.span, service: service.span, endpoint: endpoint.span, subject: subject.span,
            userAgent: userAgent.span)
        record.trace = trace
        record.status = 200
        record.upstreamStatus = 200
        record.attempts = 1
        record.bytesOut = 62
        record.duration = 1_234_567
        record.upstreamDuration = 1_200_000
        record.overhead = 34_567
        record.tls = "TLSv1.3"
        log.append(record, at: clock)
    }

    let metrics = GatewayMetrics(shards: 2, reasons: ["route_not_found"], upstreamErrors: ["connect"])
    let route = metrics.route("products", service: "products")
    bench.measure("count a request in all its metrics") {
        route.requests.record(method: 0, status: 200, shard: 0)
        route.duration.observe(1_234_567, shard: 0)
        route.upstreamDuration.observe(1_200_000, shard: 0)
        route.overhead.observe(34_567, shard: 0)
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
