import HTTP

/// The short and the long form of `match`.
extension Item {
    func match() -> RoutePattern? {
        if case .object = node.kind { return longMatch() }
        guard let text = nonEmptyString() else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard (1...2).contains(words.count), let place = words.last else {
            error("\"\(text)\" is not a match", suggestion: "write it like \"GET,POST shop.test/orders/{id}\"")
            return nil
        }
        var methods = MethodSet.any
        if words.count == 2 {
            let names = words[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard let named = methodSet(names) else { return nil }
            methods = named
        } else if Self.method(named: place.uppercased()) != nil {
            error("\"\(text)\" has no path", suggestion: "write \"\(place) /**\" for every path")
            return nil
        }
        guard let slash = place.firstIndex(of: "/") else {
            error("\"\(place)\" has no path", suggestion: "write \"\(place)/**\" for every path")
            return nil
        }
        guard let path = pathPattern(String(place[slash...])) else { return nil }
        guard slash > place.startIndex else { return RoutePattern(methods: methods, path: path) }
        guard let host = hostPattern(String(place[..<slash])) else { return nil }
        return RoutePattern(methods: methods, hosts: [host], path: path)
    }

    private func longMatch() -> RoutePattern? {
        guard let object = object(Keys.match) else { return nil }
        var methods = MethodSet.any
        var hosts: [HostPattern] = []
        var headers: [RouteCondition] = []
        var query: [RouteCondition] = []
        object.read("methods", into: &methods) { item in
            let names = item.strings()
            if names.isEmpty { item.error("at least one method is needed", suggestion: "leave the key out for any") }
            return names.isEmpty ? nil : item.methodSet(names)
        }
        object.read("hosts", into: &hosts) { item in
            item.oneOrMore().compactMap { host in host.nonEmptyString().flatMap { host.hostPattern($0) } }
        }
        object.read("headers", into: &headers) { $0.conditions(areFields: true) }
        object.read("query", into: &query) { $0.conditions(areFields: false) }
        guard let item = object["path"] else {
            error("a match needs a \"path\"", suggestion: "write \"/**\" for every path")
            return nil
        }
        guard let text = item.nonEmptyString(), let path = item.pathPattern(text) else { return nil }
        return RoutePattern(methods: methods, hosts: hosts, path: path, headers: headers, query: query)
    }

    private static func method(named name: String) -> Method? {
        Method.allCases.first { $0 != .other && "\($0.token)" == name }
    }

    /// The methods with these names; a wrong one is reported.
    private func methodSet(_ names: [String]) -> MethodSet? {
        var methods: MethodSet = []
        for name in names {
            guard let method = Self.method(named: name) else {
                let known = Method.allCases.filter { $0 != .other }.map { "\($0.token)" }
                error(
                    "unknown method \"\(name)\"",
                    suggestion: Spelling.suggestion(for: name, among: known)
                        ?? "methods are \(known.joined(separator: ", ")); leave them out for any")
                return nil
            }
            if method == .connect { warning("CONNECT has no path, so this can never match it") }
            methods.insert(MethodSet(method))
        }
        return methods
    }

    private func hostPattern(_ text: String) -> HostPattern? {
        do { return try HostPattern(text) } catch {
            self.error(error.message, suggestion: error.suggestion)
            return nil
        }
    }

    private func pathPattern(_ text: String) -> PathPattern? {
        do { return try PathPattern(text) } catch {
            self.error(error.message, suggestion: error.suggestion)
            return nil
        }
    }

    /// Conditions by name: a text for equality, true for presence, false for absence, or an object that says it.
    private func conditions(areFields: Bool) -> [RouteCondition]? {
        guard let entries = entries() else { return nil }
        return entries.compactMap { entry in
            if areFields, !FieldNames.isToken(entry.key) {
                entry.keyError("\"\(entry.key)\" is not a field name")
                return nil
            }
            guard let test = entry.item.conditionTest() else { return nil }
            return RouteCondition(name: areFields ? entry.key.lowercased() : entry.key, test: test)
        }
    }

    private func conditionTest() -> RouteCondition.Test? {
        switch node.kind {
        case .boolean(let isPresent): return isPresent ? .present : .absent
        case .string: return string().map { .equals($0) }
        default: break
        }
        guard let object = object(Keys.condition) else { return nil }
        let given = Keys.condition.filter { object[$0] != nil }
        guard given.count == 1, let item = object[given[0]] else {
            error("a condition is exactly one of \"equals\", \"prefix\", \"present\"")
            return nil
        }
        switch given[0] {
        case "equals": return item.string().map { .equals($0) }
        case "prefix": return item.nonEmptyString().map { .prefix($0) }
        default: return item.boolean().map { $0 ? .present : .absent }
        }
    }
}
