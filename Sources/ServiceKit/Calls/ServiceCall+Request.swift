import Bytes
import HTTP

extension ServiceCall {
    /// The field that says when whoever asked first gives up, in milliseconds since 1970.
    static let deadlineField = "x-request-deadline"

    /// When the answer must be there, in milliseconds since 1970: after the call's own time, and never later than the
    /// request on whose behalf it is made is given up.
    func deadline(now: Int64) -> Int64 {
        let own = now + Int64(max(0, min(timeout, 3600)) * 1000)
        let given = fields.first { $0.name == Self.deadlineField }.flatMap { Int64($0.value) }
        return given.map { min($0, own) } ?? own
    }

    /// Whether asking twice does no harm (RFC 9110 section 9.2.2).
    var isRepeatable: Bool { method.isIdempotent || fields.contains { $0.name == "idempotency-key" } }

    /// The head of the request, as the gateway's internal listener wants it.
    func head(deadline: Int64) -> RequestHead {
        precondition(target.hasPrefix("/"), "the target of a call starts with a slash")
        var head = RequestHead()
        head.setMethod(method)
        head.scheme = .http
        head.setAuthority(Array("\(service).internal".utf8).span)
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        head.setPath(Array(parts[0]).span)
        if parts.count > 1 { head.setQuery(Array(parts[1]).span) }
        for field in fields where field.name != Self.deadlineField {
            head.fields.append(name: Array(field.name.utf8).span, value: Array(field.value.utf8).span)
        }
        head.fields.append(name: Array(Self.deadlineField.utf8).span, value: Array("\(deadline)".utf8).span)
        // A method that is about content says so when there is none (RFC 9110 section 8.6).
        if !body.isEmpty || [.post, .put, .patch].contains(method) {
            head.fields.append(.contentLength, value: UInt64(body.count))
        }
        return head
    }
}
