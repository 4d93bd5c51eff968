import Policy

extension Item {
    /// A route, which starts from the defaults; nil after what keeps it from being one was reported.
    func route(defaults: RouteDefinition, references: References) -> RouteDefinition? {
        guard let object = object(Keys.route) else { return nil }
        var route = defaults
        let name = object["name"].flatMap { $0.name("route") }
        if object["name"] == nil { error("a route needs a \"name\"") }
        let pattern = object["match"].flatMap { $0.match() }
        if object["match"] == nil {
            error("a route needs a \"match\"", suggestion: "such as \"GET /products/**\"")
        }
        let action = action(object, references: references)
        readRouteSettings(object, into: &route, references: references)
        if let pattern { rewrite(object, pattern: pattern, into: &route) }
        check(route, object: object)
        guard let name, let pattern, let action else { return nil }
        route.name = name
        route.pattern = pattern
        route.action = action
        return route
    }

    /// What `defaults` and routes have in common.
    func readRouteSettings(_ object: ObjectItem, into route: inout RouteDefinition, references: References) {
        object.read("auth", into: &route.auth) { $0.auth(references) }
        object.read("rateLimit", into: &route.rateLimits) { $0.rateLimits() }
        object.update("timeout", of: &route.timeouts) { $0.timeouts }
        object.update("retries", of: &route.retry) { $0.retries }
        object.read("bodyLimit", into: &route.bodyLimit) { $0.byteCount(in: 0...1 << 50) }
        object.read("cors", into: &route.cors) { item in
            if case .string("none") = item.node.kind { return .some(nil) }
            return item.cors().map { .some($0) }
        }
        object.read("websocket", into: &route.webSocket) { $0.webSocket() }
        object.read("allowEncodedSlash", into: &route.allowsEncodedSlash) { $0.boolean() }
        guard let headers = object["headers"], let edits = headers.object(Keys.headers) else { return }
        if let request = edits["request"]?.headerEdits() { route.requestHeaders.merge(request) }
        if let response = edits["response"]?.headerEdits() { route.responseHeaders.merge(response) }
    }

    private func action(_ object: ObjectItem, references: References) -> RouteDefinition.Action? {
        switch (object["to"], object["respond"]) {
        case (let to?, nil): return to.services(references).map { .forward($0) }
        case (nil, let respond?): return respond.staticResponse().map { .respond($0) }
        case (_?, let respond?): respond.error("\"to\" and \"respond\" exclude each other")
        case (nil, nil): error("a route needs a \"to\" or a \"respond\"")
        }
        return nil
    }

    private func services(_ references: References) -> [WeightedService]? {
        if case .string = node.kind {
            guard let name = nonEmptyString(), let index = references.service(name, at: self) else { return nil }
            return [WeightedService(service: index, name: name, weight: 1)]
        }
        guard let entries = entries() else { return nil }
        var services: [WeightedService] = []
        for entry in entries {
            let weight = entry.item.integer(in: 0...1_000_000)
            guard let index = references.service(entry.key, at: entry.item), let weight else { continue }
            services.append(WeightedService(service: index, name: entry.key, weight: weight))
        }
        if entries.isEmpty { error("at least one service is needed") }
        guard services.count == entries.count, !entries.isEmpty else { return nil }
        if services.allSatisfy({ $0.weight == 0 }) { error("every service has the weight 0") }
        return services
    }

    private func timeouts(_ base: RouteTimeouts) -> RouteTimeouts? {
        var timeouts = base
        guard case .object = node.kind else {
            guard let total = duration() else { return nil }
            timeouts.total = total
            return timeouts
        }
        guard let object = object(Keys.timeout) else { return nil }
        object.read("total", into: &timeouts.total) { $0.duration() }
        object.read("perTry", into: &timeouts.perTry) { $0.duration() }
        object.read("connect", into: &timeouts.connect) { $0.duration() }
        object.read("idle", into: &timeouts.idle) { $0.duration() }
        if let perTry = timeouts.perTry, perTry > timeouts.total, let item = object["perTry"] {
            item.error("\"perTry\" is longer than the whole, which is \(Literal.duration(timeouts.total))")
        }
        return timeouts
    }

    private func retries(_ base: RetrySettings) -> RetrySettings? {
        var settings = base
        guard case .object = node.kind else {
            guard let count = integer(in: 0...10) else { return nil }
            settings.count = count
            return settings
        }
        guard let object = object(Keys.retries) else { return nil }
        object.read("count", into: &settings.count) { $0.integer(in: 0...10) }
        object.read("bodyLimit", into: &settings.maxBody) { $0.byteCount(in: 0...16 << 20) }
        object.update("backoff", of: &settings.backoff) { $0.backoff }
        if let on = object["on"], let items = on.elements() { on.readRetryCauses(items, into: &settings) }
        return settings
    }

    private func readRetryCauses(_ items: [Item], into settings: inout RetrySettings) {
        settings.onConnect = false
        settings.onReset = false
        settings.onTimeout = false
        settings.statuses = []
        for item in items {
            if case .number = item.node.kind {
                if let status = item.integer(in: 400...599) { settings.statuses.insert(UInt16(status)) }
                continue
            }
            switch item.choice("cause of a retry", ["connect": 0, "reset": 1, "timeout": 2]) {
            case 0: settings.onConnect = true
            case 1: settings.onReset = true
            case 2: settings.onTimeout = true
            default: break
            }
        }
    }

    private func backoff(_ base: BackoffSettings) -> BackoffSettings? {
        guard let object = object(Keys.backoff) else { return nil }
        var settings = base
        object.read("base", into: &settings.base) { $0.duration() }
        object.read("cap", into: &settings.cap) { $0.duration() }
        if settings.cap < settings.base { error("\"cap\" is shorter than \"base\"") }
        return settings
    }

    private func check(_ route: RouteDefinition, object: ObjectItem) {
        if route.auth.mode == .none, let limit = object["rateLimit"],
            route.rateLimits.contains(where: { $0.key == .subject || $0.key == .token })
        {
            limit.error(
                "a limit per sub or token needs a token, and this route's auth is \"none\"",
                suggestion: "limit per ip, or let \"auth\" be \"optional\" or \"required\"")
        }
        if object["respond"] != nil {
            for key in ["strip", "rewrite", "timeout", "retries", "websocket"] as [ConfigurationKey] {
                object[key]?.error("\"\(key.name)\" means nothing on a route that answers by itself")
            }
        }
    }
}
