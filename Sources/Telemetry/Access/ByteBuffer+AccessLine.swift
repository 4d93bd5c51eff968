import Bytes

/// Text that clients choose is cut here: a request line fits, and no single request fills the log's queue.
private let longestText = 8 << 10

extension ByteBuffer {
    /// Appends one line of the access log.
    mutating func appendLine(_ record: borrowing AccessRecord, at clock: borrowing WallClock) {
        append("{\"ts\":\"")
        clock.appendTimestamp(to: &self)
        append("\"")
        text(",\"requestId\":", record.requestID)
        if let trace = record.trace {
            append(",\"traceId\":\"")
            trace.appendTraceID(to: &self)
            append("\"")
        }
        text(",\"clientIp\":", record.clientIP)
        text(",\"method\":", record.method)
        text(",\"host\":", record.host)
        text(",\"path\":", record.path)
        text(",\"route\":", record.route)
        text(",\"service\":", record.service)
        text(",\"endpoint\":", record.endpoint)
        integer(",\"status\":", record.status)
        if let status = record.grpcStatus { integer(",\"grpcStatus\":", Int(status)) }
        if let status = record.upstreamStatus { integer(",\"upstreamStatus\":", status) }
        if let reason = record.reason { code(",\"reason\":\"", reason) }
        integer(",\"attempts\":", record.attempts)
        append(",\"bytesIn\":")
        append(decimal: record.bytesIn)
        append(",\"bytesOut\":")
        append(decimal: record.bytesOut)
        milliseconds(",\"durationMs\":", record.duration)
        if let duration = record.upstreamDuration { milliseconds(",\"upstreamMs\":", duration) }
        if let overhead = record.overhead { milliseconds(",\"overheadMs\":", overhead) }
        text(",\"sub\":", record.subject)
        if let tls = record.tls { code(",\"tls\":\"", tls) }
        text(",\"userAgent\":", record.userAgent)
        append("}\n")
    }

    private mutating func text(_ name: StaticString, _ value: Span<UInt8>) {
        guard !value.isEmpty else { return }
        append(name)
        append(jsonString: value.extracting(first: longestText))
    }

    private mutating func code(_ name: StaticString, _ value: StaticString) {
        append(name)
        append(value)
        append("\"")
    }

    private mutating func integer(_ name: StaticString, _ value: Int) {
        append(name)
        append(decimal: UInt64(max(value, 0)))
    }

    /// Appends milliseconds with three digits after the point.
    private mutating func milliseconds(_ name: StaticString, _ duration: Nanoseconds) {
        append(name)
        let microseconds = duration / 1000
        append(decimal: microseconds / 1000)
        let fraction = microseconds % 1000
        append(".")
        if fraction < 100 { append("0") }
        if fraction < 10 { append("0") }
        append(decimal: fraction)
    }
}
