import HTTP
import ServiceKit

/// What orders need of `profile`.
struct PaymentMethodClient: Sendable {
    let services: ServiceClient

    /// The token of the default payment method of whoever sent `request`; nil when they have none.
    func token(for request: ServiceRequest) async throws(Unavailable) -> String? {
        let answer: ServiceResponse
        do throws(CallError) {
            answer = try await services.send(
                ServiceCall(.get, "profile", "/payment-methods", timeout: 3), for: request, as: .caller)
        } catch {
            // Where no service keeps profiles, nobody has a payment method.
            if error == .unknownService { return nil }
            throw Unavailable("profile", error)
        }
        // Nor has a machine whose scopes are for orders alone.
        if answer.status == 404 || answer.status == 403 { return nil }
        guard answer.status == 200, case .array(let methods)? = answer.json else {
            throw Unavailable("profile", answer)
        }
        let method = methods.first { $0["is_default"] == true } ?? methods.first
        guard case .string(let token)? = method?["token"] else { return nil }
        return token
    }
}
