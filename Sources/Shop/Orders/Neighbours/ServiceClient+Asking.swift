import HTTP
import ServiceKit

/// Another service did not answer, or not with what it is there for. It may have done what it was asked all the same.
struct Unavailable: Error, Hashable {
    /// What happened, for the log.
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ service: String, _ answer: ServiceResponse) {
        reason = "\(service) answered \(answer.status)" + (answer.problem.map { " (\($0))" } ?? "")
    }
}

extension ServiceClient {
    /// Asks another service and waits for three seconds.
    ///
    /// - Parameter key: tells the gateway that the request may be sent again.
    func ask(
        _ method: HTTP.Method, _ service: String, _ target: String, _ body: JSON? = nil, key: String? = nil,
        for request: ServiceRequest? = nil, as identity: Identity = .service
    ) async throws(Unavailable) -> ServiceResponse {
        let fields = key.map { [HeaderField("idempotency-key", $0)] } ?? []
        do throws(CallError) {
            return try await send(
                ServiceCall(method, service, target, body: body, fields: fields, timeout: 3), for: request,
                as: identity)
        } catch {
            throw Unavailable(service, error)
        }
    }
}

extension ServiceResponse {
    /// The code of problem details; nil when the body holds none.
    var problem: String? {
        guard case .string(let type)? = json?["type"], type.hasPrefix("urn:problem:") else { return nil }
        return String(type.dropFirst("urn:problem:".count))
    }

    /// The fields that problem details name.
    var fieldErrors: [Problem.FieldError] {
        guard case .array(let errors)? = json?["errors"] else { return [] }
        return errors.compactMap(Problem.FieldError.init)
    }
}

extension JSON {
    /// The whole number that this is; nil for anything else.
    var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }
}

extension Unavailable {
    /// What it means that `service` gave no answer.
    init(_ service: String, _ error: CallError) {
        switch error {
        case .unreachable(let reason): self.init(reason)
        case .timedOut: self.init("\(service) did not answer in time")
        case .unknownService: self.init("the gateway knows no service \(service)")
        }
    }
}
