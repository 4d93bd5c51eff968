import Policy

/// Auth, CORS, header changes and static answers.
extension Item {
    func auth(_ references: References) -> AuthRule? {
        var rule = AuthRule()
        rule.profiles = Array(references.profiles.indices)
        guard case .object = node.kind else {
            guard let mode = authMode() else { return nil }
            rule.mode = mode
            if mode == .none { return AuthRule() }
            if references.profiles.isEmpty { needsProfile() }
            return rule
        }
        guard let object = object(Keys.auth) else { return nil }
        rule.mode = .required
        object.read("mode", into: &rule.mode) { $0.authMode() }
        if let jwt = object["jwt"] {
            rule.profiles = jwt.oneOrMore().compactMap { item in
                item.nonEmptyString().flatMap { references.profile($0, at: item) }
            }
        } else if references.profiles.isEmpty {
            needsProfile()
        }
        object.read("scopes", into: &rule.scopes) { $0.grants("scope") }
        object.read("roles", into: &rule.roles) { $0.grants("role") }
        object.read("claims", into: &rule.claims) { $0.claims() }
        if rule.mode == .none, object["scopes"] != nil || object["roles"] != nil || object["claims"] != nil {
            error("scopes, roles and claims need a token, and the mode is \"none\"")
        }
        if rule.mode == .optional, !rule.scopes.isEmpty || !rule.roles.isEmpty {
            warning("scopes and roles of an optional token are asked only of requests that bring one")
        }
        return rule
    }

    private func authMode() -> AuthRule.Mode? {
        choice("auth mode", ["none": .none, "optional": .optional, "required": .required])
    }

    private func needsProfile() {
        error("a token is wanted, and no \"jwt\" says how to check it", suggestion: "add \"jwt\", or write \"none\"")
    }

    private func grants(_ what: String) -> [String] {
        oneOrMore().compactMap { item in
            guard let text = item.nonEmptyString() else { return nil }
            if text.contains(" ") { item.error("a \(what) has no space", suggestion: "write an array of them") }
            return text
        }
    }

    private func claims() -> [ClaimHeader]? {
        entries()?.compactMap { entry in
            guard let header = entry.item.nonEmptyString() else { return nil }
            guard FieldNames.isToken(header), !header.contains("_"), !header.contains("."),
                !FieldNames.owned.contains(header.lowercased())
            else {
                entry.item.error(
                    "\"\(header)\" cannot carry a claim", suggestion: "use a field name such as \"X-User-Id\"")
                return nil
            }
            return ClaimHeader(claim: entry.key, header: header)
        }
    }

    func cors() -> CORSRule? {
        var rule = CORSRule()
        guard case .object = node.kind else {
            rule.origins = oneOrMore().compactMap { $0.origin() }
            return rule
        }
        guard let object = object(Keys.cors) else { return nil }
        if object["origins"] == nil { error("\"cors\" needs \"origins\"") }
        object.read("origins", into: &rule.origins) { $0.oneOrMore().compactMap { $0.origin() } }
        object.read("methods", into: &rule.methods) { $0.tokens("method") }
        object.read("headers", into: &rule.headers) { $0.tokens("field name") }
        object.read("expose", into: &rule.exposedHeaders) { $0.tokens("field name") }
        object.read("credentials", into: &rule.allowsCredentials) { $0.boolean() }
        object.read("maxAge", into: &rule.maximumAge) { $0.duration(atLeast: 0) }
        if rule.allowsCredentials, rule.origins.contains("*") {
            error("credentials for every origin would hand them to any site", suggestion: "name the origins")
        }
        return rule
    }

    /// `true`, `false`, or the origins that may.
    func webSocket() -> WebSocketRule? {
        switch node.kind {
        case .boolean(let isAllowed): return isAllowed ? .allowed : .refused
        case .string, .array:
            let items = oneOrMore()
            let origins = items.compactMap { $0.origin() }
            if items.isEmpty { error("at least one origin is needed", suggestion: "write false to refuse everyone") }
            return origins.isEmpty ? nil : .allowedFrom(origins)
        default:
            expected("true, false or origins")
            return nil
        }
    }

    /// `https://shop.test`, with a port where it has one, or `*` (RFC 6454 section 6.2).
    private func origin() -> String? {
        guard let text = nonEmptyString() else { return nil }
        if text == "*" || text == "null" { return text }
        let parts = text.split(separator: "://", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].contains(where: { "/?#@ *".contains($0) }) else {
            error("\"\(text)\" is not an origin", suggestion: "write it like \"https://shop.test\"")
            return nil
        }
        return text.lowercased()
    }

    private func tokens(_ what: String) -> [String] {
        oneOrMore().compactMap { item in
            guard let text = item.nonEmptyString() else { return nil }
            if FieldNames.isToken(text) { return text }
            item.error("\"\(text)\" is not a \(what)")
            return nil
        }
    }

    func headerEdits() -> HeaderEdits? {
        guard let object = object(Keys.headerEdits) else { return nil }
        var edits = HeaderEdits()
        object.read("set", into: &edits.set) { $0.headerFields() }
        object.read("add", into: &edits.add) { $0.headerFields() }
        object.read("remove", into: &edits.remove) { item in
            item.oneOrMore().compactMap { name in
                name.nonEmptyString().flatMap { name.isEditable($0, at: name.node.offset) ? $0 : nil }
            }
        }
        return edits
    }

    /// Fields by name, with values that may come from files or variables.
    func headerFields() -> [HeaderField]? {
        entries()?.compactMap { entry in
            guard entry.item.isEditable(entry.key, at: entry.keyOffset) else { return nil }
            guard let value = entry.item.textOrFile() else { return nil }
            guard FieldNames.isValue(value.value) else {
                entry.item.error("a field's value has no control characters and no space around it")
                return nil
            }
            return HeaderField(name: entry.key, value: value)
        }
    }

    private func isEditable(_ name: String, at offset: Int) -> Bool {
        let isToken = FieldNames.isToken(name)
        if isToken, !FieldNames.owned.contains(name.lowercased()) { return true }
        let problem = isToken ? "the gateway itself writes \"\(name)\"" : "\"\(name)\" is not a field name"
        context.report(.error, at: offset, path: path.description, problem)
        return false
    }

    func staticResponse() -> StaticResponse? {
        if case .number = node.kind {
            return integer(in: 200...599).map { StaticResponse(status: $0, headers: [], body: "") }
        }
        guard let object = object(Keys.respond) else { return nil }
        var status = 200
        var headers: [HeaderField] = []
        var body = ""
        object.read("status", into: &status) { $0.integer(in: 200...599) }
        object.read("headers", into: &headers) { $0.headerFields() }
        object.read("body", into: &body) { $0.string() }
        if [204, 304].contains(status), !body.isEmpty { error("a \(status) has no body") }
        return StaticResponse(status: status, headers: headers, body: body)
    }
}

extension HeaderEdits {
    /// Adds the edits of `other`, which win where both set the same field.
    mutating func merge(_ other: HeaderEdits) {
        set.removeAll { old in other.set.contains { $0.name.lowercased() == old.name.lowercased() } }
        set += other.set
        add += other.add
        remove += other.remove
    }
}
