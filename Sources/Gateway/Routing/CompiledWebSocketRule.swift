import Bytes
public import HTTP

/// Who may open a WebSocket, as the bytes of field values.
public struct CompiledWebSocketRule: Sendable {
    /// Whether anybody may.
    public let isAllowed: Bool
    /// The origins that may, besides the route's own; nil when every origin may.
    private let origins: [[UInt8]]?

    init(_ rule: WebSocketRule, cors: CORSRule?) {
        isAllowed = rule != .refused
        let origins: [String]? =
            switch rule {
            case .refused: []
            case .allowed: cors?.origins
            case .allowedFrom(let origins): origins
            }
        self.origins = origins.flatMap { $0.contains("*") ? nil : $0.map { Array($0.utf8) } }
    }

    /// Whether the page that a request comes from may (RFC 6455, section 10.2).
    ///
    /// A request without `Origin` is not a browser's, and who writes one by hand could write any. A page may always
    /// connect to the host that it came from; its scheme is not compared, because TLS may end before the gateway.
    public func allows(originOf head: borrowing RequestHead) -> Bool {
        guard let origins, let index = head.fields.firstIndex(of: .origin) else { return true }
        guard head.fields.nextIndex(of: .origin, after: index) == nil else { return false }
        let origin = head.fields.value(at: index)
        for allowed in origins where allowed.span.equals(origin) { return true }
        return Self.host(of: origin).equalsIgnoringCase(head.authority)
    }

    /// What follows the scheme of an origin; empty for `null` and the like.
    @_lifetime(copy origin)
    private static func host(of origin: Span<UInt8>) -> Span<UInt8> {
        for scheme in ["https://", "http://"] as [StaticString] where origin.count > scheme.utf8CodeUnitCount {
            let length = scheme.utf8CodeUnitCount
            if origin.extracting(first: length).equalsIgnoringCase(scheme) { return origin.extracting(length...) }
        }
        return Span()
    }
}
