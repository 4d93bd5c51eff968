import HTTP

/// The short and the long form of `match`.
extension Item {
    func match() -> RoutePattern? {
        let pattern: RoutePattern?
        if case .object = node.kind {
            pattern = longMatch()
        } else {
            pattern = nonEmptyString().flatMap { text in
                parse { () throws(PatternError) in try RoutePattern(short: text) }
            }
        }
        if let pattern, pattern.namesMethods, pattern.methods.contains(.connect) {
            warning("CONNECT has no path, so this can never match it")
        }
        return pattern
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
            return names.isEmpty ? nil : item.parse { () throws(PatternError) in try MethodSet(names: names) }
        }
        object.read("hosts", into: &hosts) { item in
            item.oneOrMore().compactMap { host in
                host.nonEmptyString().flatMap { text in
                    host.parse { () throws(PatternError) in try HostPattern(text) }
                }
            }
        }
        object.read("headers", into: &headers) { $0.conditions(areFields: true) }
        object.read("query", into: &query) { $0.conditions(areFields: false) }
        guard let item = object["path"] else {
            error("a match needs a \"path\"", suggestion: "write \"/**\" for every path")
            return nil
        }
        guard let text = item.nonEmptyString(),
            let path = item.parse({ () throws(PatternError) in try PathPattern(text) })
        else { return nil }
        return RoutePattern(methods: methods, hosts: hosts, path: path, headers: headers, query: query)
    }

    /// What `body` makes of a text; that it is no pattern is reported here.
    private func parse<Value>(_ body: () throws(PatternError) -> Value) -> Value? {
        do { return try body() } catch {
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
