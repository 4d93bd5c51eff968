import Crypto
import HTTP

/// The key that a client chose for one request and all its repetitions (draft-ietf-httpapi-idempotency-key-header).
struct IdempotencyKey: Hashable, Sendable {
    /// Whose key it is: two callers may choose the same one.
    let caller: String
    /// The route for which it was chosen, such as `POST /orders`.
    let route: String
    /// What the client sent.
    let text: String
    /// What the request asks for: a key is good for one request only.
    let fingerprint: [UInt8]

    /// - Returns: nil when the request has no key.
    /// - Throws: 400 when its key is none.
    init?(_ request: ServiceRequest, route: String) throws(Problem) {
        let values = request.fields.filter { $0.name == "idempotency-key" }
        guard let text = values.first?.value else { return nil }
        guard values.count == 1, (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw .badRequest(
                "invalid-idempotency-key", "Idempotency-Key must be one value of 1 to 255 visible characters.")
        }
        caller = request.identity?.subject ?? ""
        self.route = route
        self.text = text
        let head = "\(request.method.token) \(request.path)?\(request.rawQuery)\n"
        fingerprint = HashAlgorithm.sha256.digest((Array(head.utf8) + request.body).span)
    }
}
