import Bytes
import HTTP
import Reactor
import Transport

extension UpstreamExchange {
    /// Sends a call and takes in the whole answer; nil when its body has more than `limit` bytes.
    func answer(
        to call: ServiceCall, deadline: Int64, until end: Instant, limit: Int
    ) async throws(UpstreamError) -> ServiceResponse? {
        try await send(call, deadline: deadline, until: end)
        var head = ResponseHead()
        repeat {
            try await receiveHead(into: &head, method: call.method, until: end)
        } while head.isInformational
        guard let body = try await receiveBody(limit: limit, until: end) else { return nil }
        var fields: [HeaderField] = []
        for index in 0..<head.fields.count {
            let name = head.fields.name(at: index).text.lowercased()
            fields.append(HeaderField(name, head.fields.value(at: index).text))
        }
        return ServiceResponse(status: head.status, fields: fields, body: body)
    }

    private func send(_ call: ServiceCall, deadline: Int64, until end: Instant) async throws(UpstreamError) {
        let head = call.head(deadline: deadline)
        let body = call.body
        begin(head, framing: body.isEmpty ? .none : .length(UInt64(body.count))) { buffer in
            buffer.append(head.path)
            if let query = head.query {
                buffer.append(UInt8(ascii: "?"))
                buffer.append(query)
            }
        }
        var sent = 0
        while sent < body.count {
            sent += try offer(body.span.extracting(sent..<body.count))
            if sent < body.count { try await drain(until: end) }
        }
        try await endRequest(trailers: FieldBlock(), until: end)
    }

    private func receiveBody(limit: Int, until end: Instant) async throws(UpstreamError) -> [UInt8]? {
        var body: [UInt8] = []
        while true {
            switch try pollBody() {
            case .end: return body
            case .needsInput: try await receiveBody(until: end)
            case .available(let count):
                if count > limit - body.count { return nil }
                takeBody(count) { bytes in
                    body += bytes.array
                    return bytes.count
                }
            }
        }
    }
}
