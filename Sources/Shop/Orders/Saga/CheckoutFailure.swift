import ServiceKit

/// Why a checkout came to nothing.
struct CheckoutFailure: Hashable, Sendable {
    let reason: Reason
    /// For people.
    let detail: String
    /// The items that are to blame.
    let items: [Problem.FieldError]

    /// For programs.
    enum Reason: String, Sendable {
        /// Another service could not be asked. A repetition may do better.
        case unreachable
        case outOfStock = "out-of-stock"
        case declined = "payment-declined"
        /// The provider did not say in time whether it was paid.
        case unanswered = "payment-unanswered"
        /// Inventory let the pieces go before they were paid or left the store.
        case released
    }

    init(_ reason: Reason, _ detail: String, items: [Problem.FieldError] = []) {
        self.reason = reason
        self.detail = detail
        self.items = items
    }

    /// The answer to whoever placed the order.
    var problem: Problem {
        switch reason {
        case .unreachable: .unavailable(detail)
        case .outOfStock, .released: Problem(409, reason.rawValue, "Conflict", detail, errors: items)
        case .declined, .unanswered: Problem(402, reason.rawValue, "Payment required", detail)
        }
    }
}

extension CheckoutFailure {
    /// Reads the column.
    init?(_ text: String) {
        guard let json = JSON(text), case .string(let word)? = json["reason"],
            let reason = Reason(rawValue: word), case .string(let detail)? = json["detail"],
            case .array(let items)? = json["items"]
        else { return nil }
        self.init(reason, detail, items: items.compactMap(Problem.FieldError.init))
    }

    /// The text of the column.
    var text: String {
        let items = items.map { ["field": .string($0.field), "detail": .string($0.detail)] as JSON }
        let json: JSON = ["reason": .string(reason.rawValue), "detail": .string(detail), "items": .array(items)]
        return json.text
    }
}

extension Problem.FieldError {
    /// Reads a bad field as problem details name it.
    init?(_ json: JSON) {
        guard case .string(let field)? = json["field"], case .string(let detail)? = json["detail"] else { return nil }
        self.init(field, detail)
    }
}
