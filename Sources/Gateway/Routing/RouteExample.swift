import HTTP

/// Makes up requests that patterns match, for messages.
enum RouteExample {
    /// Conditions that hold when both lists hold, the narrower one for each name; nil when they exclude each other.
    static func joined(_ left: [RouteCondition], _ right: [RouteCondition]) -> [RouteCondition]? {
        var result = left
        for condition in right {
            guard let index = result.firstIndex(where: { $0.name == condition.name }) else {
                result.append(condition)
                continue
            }
            guard result[index].test.isCompatible(with: condition.test) else { return nil }
            if result[index].test.isWider(than: condition.test) { result[index] = condition }
        }
        return result
    }

    /// Such as `GET shop.test/orders/1?debug=1 with header x-tenant: blue`.
    static func text(
        method: Method, host: HostPattern?, segments: ArraySlice<PathPattern.Segment>, headers: [RouteCondition],
        query: [RouteCondition]
    ) -> String {
        var path = ""
        for segment in segments {
            switch segment {
            case .literal(let text): path += "/\(text)"
            case .parameter(_, let type): path += "/\(type.example)"
            }
        }
        if path.isEmpty { path = "/" }
        let place = host.map { $0.isWildcard ? "www.\($0.name)" : $0.name } ?? ""
        let parameters = query.compactMap { condition in
            condition.test.example.map { "\(condition.name)=\($0)" }
        }
        let fields = headers.compactMap { condition in
            condition.test.example.map { "header \(condition.name): \($0)" }
        }
        return "\(method.token) \(place)\(path)"
            + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
            + (fields.isEmpty ? "" : " with " + fields.joined(separator: " and "))
    }
}

extension RouteCondition.Test {
    /// A value that passes; nil when there must be none.
    var example: String? {
        switch self {
        case .equals(let value), .prefix(let value): value
        case .present: "x"
        case .absent: nil
        }
    }

    /// Whether some value passes this test and not the other, both being compatible.
    fileprivate func isWider(than other: Self) -> Bool {
        switch (self, other) {
        case (.present, _): true
        case (.prefix, .equals): true
        case (.prefix(let left), .prefix(let right)): left.utf8.count < right.utf8.count
        default: false
        }
    }
}
