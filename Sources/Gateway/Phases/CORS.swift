internal import Bytes
internal import HTTP

/// Cross-origin requests (Fetch standard, section 3.2).
enum CORS {
    /// Whether the request only asks what it may do. It is answered here and without a token: browsers send none with it.
    static func isPreflight(_ head: borrowing RequestHead) -> Bool {
        head.method == .options && head.fields.contains(.origin) && head.fields.contains(.accessControlRequestMethod)
    }

    /// The method that a preflight asks about.
    static func requestedMethod(_ head: borrowing RequestHead) -> Method? {
        guard let index = head.fields.firstIndex(of: .accessControlRequestMethod) else { return nil }
        return Method(head.fields.value(at: index))
    }

    /// Fills in the answer to a preflight.
    static func answerPreflight(_ rule: CompiledCORS, _ request: borrowing RequestHead, in fields: inout FieldBlock) {
        share(rule, request, in: &fields)
        fields.append(.accessControlAllowMethods, value: rule.methods.span)
        if let headers = rule.headers {
            fields.append(.accessControlAllowHeaders, value: headers.span)
        } else if let index = request.fields.firstIndex(of: .accessControlRequestHeaders) {
            fields.append(.accessControlAllowHeaders, value: request.fields.value(at: index))
        }
        if let maximumAge = rule.maximumAge { fields.append(.accessControlMaxAge, value: maximumAge.span) }
    }

    /// Adds to a response what lets the origin's script read it; what the service said of this gives way.
    static func share(_ rule: CompiledCORS, _ request: borrowing RequestHead, in fields: inout FieldBlock) {
        fields.removeAll(of: .accessControlAllowOrigin)
        fields.removeAll(of: .accessControlAllowCredentials)
        fields.removeAll(of: .accessControlExposeHeaders)
        // The answer depends on the origin, so caches must keep answers apart; also the answer to nobody's origin.
        if !rule.allowsAnyOrigin || rule.allowsCredentials { fields.append(.vary, value: "Origin") }
        guard let index = request.fields.firstIndex(of: .origin), rule.allows(origin: request.fields.value(at: index))
        else { return }
        if rule.allowsAnyOrigin, !rule.allowsCredentials {
            fields.append(.accessControlAllowOrigin, value: "*")
        } else {
            fields.append(.accessControlAllowOrigin, value: request.fields.value(at: index))
        }
        if rule.allowsCredentials { fields.append(.accessControlAllowCredentials, value: "true") }
        if let exposed = rule.exposedHeaders { fields.append(.accessControlExposeHeaders, value: exposed.span) }
    }
}
