internal import Bytes
internal import HTTP
internal import Telemetry

/// Names for a request that logs on all its way can be joined by: `X-Request-Id` and `traceparent` (W3C Trace Context).
enum Identification {
    /// Keeps what the client sent if it is valid, else puts new ones in its place.
    static func identify(_ fields: inout FieldBlock, using random: inout FastRandom, scratch: inout ByteBuffer) {
        if let index = fields.firstIndex(of: .xRequestID), RequestID.isValid(fields.value(at: index)),
            fields.nextIndex(of: .xRequestID, after: index) == nil
        {
            // Kept.
        } else {
            fields.removeAll(of: .xRequestID)
            let id = RequestID(using: &random)
            fields.append(.xRequestID, value: id.bytes)
        }
        if let index = fields.firstIndex(of: .traceparent), TraceContext(fields.value(at: index)) != nil,
            fields.nextIndex(of: .traceparent, after: index) == nil
        {
            return
        }
        // Without a valid traceparent, tracestate means nothing.
        fields.removeAll(of: .traceparent)
        fields.removeAll(of: .tracestate)
        scratch.removeAll()
        TraceContext(using: &random).append(to: &scratch)
        fields.append(.traceparent, value: scratch.readable)
    }
}
