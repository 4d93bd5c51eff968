import HTTP
import ServiceKit

/// What other services know of products: they ask `products`.
struct ProductDirectory: Sendable {
    let services: ServiceClient

    /// As many can be asked for at once.
    static let limit = 100

    /// A product as `products` shows it now.
    struct Entry: Hashable, Sendable {
        let id: Int64
        let name: String
        let price: Money
        /// The subject of the user who sells it.
        let seller: String
    }

    /// - Returns: nil when there is no such product.
    /// - Throws: 503 when `products` cannot be asked.
    func product(_ id: Int64, for request: ServiceRequest) async throws -> Entry? {
        let answer = try await ask("/products/\(id)", for: request)
        if answer.status == 404 { return nil }
        guard answer.status == 200, let entry = answer.json.flatMap(Entry.init) else { throw Self.unavailable }
        return entry
    }

    /// The products that there are of `ids`, at most ``limit``, with one question.
    ///
    /// - Throws: 503 when `products` cannot be asked.
    func products(_ ids: [Int64], for request: ServiceRequest) async throws -> [Int64: Entry] {
        guard !ids.isEmpty else { return [:] }
        precondition(ids.count <= Self.limit, "too many products for one question")
        let list = ids.map(String.init).joined(separator: ",")
        let answer = try await ask("/products?limit=\(Self.limit)&ids=\(list)", for: request)
        guard answer.status == 200, case .array(let elements)? = answer.json else { throw Self.unavailable }
        let entries = elements.compactMap(Entry.init).map { ($0.id, $0) }
        return Dictionary(entries) { first, _ in first }
    }

    private func ask(_ target: String, for request: ServiceRequest) async throws(Problem) -> ServiceResponse {
        do throws(CallError) {
            return try await services.send(ServiceCall(.get, "products", target), for: request)
        } catch {
            throw Self.unavailable
        }
    }

    private static let unavailable = Problem.unavailable("The catalogue cannot be asked now.")
}

extension ProductDirectory.Entry {
    /// Reads a product as `products` writes it.
    init?(_ json: JSON) {
        guard case .number(let digits)? = json["id"], let id = Int64(digits), case .string(let name)? = json["name"],
            case .number(let amount)? = json["price"], let price = Money(amount),
            case .string(let seller)? = json["seller"]
        else { return nil }
        self.init(id: id, name: name, price: price, seller: seller)
    }
}

extension Problem {
    /// 422: the request is well-formed, but the product that it names is not there.
    static func unknownProduct(_ id: Int64) -> Problem {
        Problem(
            422, "unknown-product", "Unknown product", "There is no product \(id).",
            errors: [FieldError("product_id", "is not a product")])
    }
}
