import Bytes
import Crypto

/// One page of a list, as `limit` and `cursor` of the query ask for it.
///
/// The cursor holds the sort key and the id of the last element of the page before (keyset pagination), so that a page
/// costs the same wherever it is and elements that come or go in between shift nothing. Clients treat it as opaque.
public struct Page: Hashable, Sendable {
    /// The most elements in it.
    public let limit: Int
    /// Where it starts; nil for the first page.
    public let start: Position?

    /// A place in a list, behind one of its elements.
    public struct Position: Hashable, Sendable {
        /// The name of the order; a cursor of one order means nothing in another.
        public let order: String
        /// The sort key of that element, as text.
        public let key: String
        /// Its id.
        public let id: Int64

        /// - Parameters:
        ///   - order: the name of the order.
        ///   - key: the sort key, as text.
        ///   - id: the id.
        public init(order: String, key: String, id: Int64) {
            self.order = order
            self.key = key
            self.id = id
        }

        init?(cursor: String) {
            guard let bytes = Base64URL.decode(Array(cursor.utf8).span),
                let json = try? JSONParser.parse(bytes.span),
                case .array(let parts) = json, parts.count == 3,
                case .string(let order) = parts[0], case .string(let key) = parts[1],
                case .number(let digits) = parts[2], let id = Int64(digits)
            else { return nil }
            self.init(order: order, key: key, id: id)
        }

        var cursor: String {
            let json: JSON = [.string(order), .string(key), .integer(id)]
            return String(decoding: Base64URL.encode(json.bytes.span), as: UTF8.self)
        }
    }

    /// Reads `limit` (1 to 1000, by default 100) and `cursor` from a form over the query.
    ///
    /// - Parameter order: the order of this list.
    public init(_ form: inout Form, order: String) {
        limit = Int(form.optionalInteger("limit", 1...1000) ?? 100)
        guard let cursor = form.optionalExactText("cursor") else {
            start = nil
            return
        }
        start = Position(cursor: cursor)
        if start?.order != order { form.refuse("cursor", "is not a cursor of this list in this order") }
    }

    /// A list's answer: its elements as an array, and the address of the next page in a `Link` field (RFC 8288), which is
    /// relative to the one that the client used.
    ///
    /// - Parameters:
    ///   - elements: what was found, one more than the limit when there is a next page.
    ///   - request: the request, whose other parameters the next page keeps.
    ///   - position: the place behind an element.
    public func reply<Element: Output>(
        _ elements: [Element], to request: ServiceRequest, position: (Element) -> Position
    ) -> Reply<Listing<Element>> {
        let shown = elements.prefix(limit)
        var fields: [HeaderField] = []
        if elements.count > limit, let last = shown.last {
            var pairs = request.query.pairs.filter { $0.name != "cursor" }.map { ($0.name, $0.value) }
            pairs.append(("cursor", position(last).cursor))
            let query = pairs.map { Parameters.encode($0.0) + "=" + Parameters.encode($0.1) }.joined(separator: "&")
            fields.append(HeaderField("link", "<?\(query)>; rel=\"next\""))
        }
        return Reply(Listing(Array(shown)), fields: fields)
    }
}
