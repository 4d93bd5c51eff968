import Policy

extension Item {
    func service(named name: String, defaults: ServiceSettings) -> ServiceDefinition? {
        guard let object = object(Keys.service) else { return nil }
        let kinds: [ConfigurationKey] = ["handler", "run", "targets"]
        let given = kinds.filter { object[$0] != nil }
        guard given.count == 1 else {
            error(
                given.isEmpty
                    ? "nothing says who serves \"\(name)\""
                    : "\"\(given[0].name)\" and \"\(given[1].name)\" exclude each other",
                suggestion: "give exactly one of \"handler\", \"run\", \"targets\"")
            return nil
        }
        var settings = defaults
        // Only our own handlers are known to have the path; others are asked for a connection, unless told otherwise.
        if given[0] != "handler", object["health"] == nil { settings.health.probe = .connect }
        readServiceSettings(object, into: &settings)
        var tls = UpstreamTLSSettings()
        object.read("tls", into: &tls) { $0.upstreamTLS() }
        let source = given[0] == "targets" ? targets(object) : process(object, kind: given[0])
        var spoken = UpstreamProtocol.http1
        object.read("protocol", into: &spoken) {
            $0.choice("protocol", ["http1": .http1, "h2": .h2, "h2c": .h2c])
        }
        var hasOpenAPI = given[0] == "handler"
        object.read("openapi", into: &hasOpenAPI) { $0.boolean() }
        guard let source else { return nil }
        check(spoken, of: source, settings, object)
        return ServiceDefinition(
            name: name, source: source, protocol: spoken, settings: settings, tls: tls, hasOpenAPI: hasOpenAPI)
    }

    /// Whether the endpoints can speak the protocol, and the checks too.
    private func check(
        _ spoken: UpstreamProtocol, of source: ServiceDefinition.Source, _ settings: ServiceSettings,
        _ object: ObjectItem
    ) {
        if let item = object["protocol"] { item.check(spoken, of: source) }
        if case .grpc = settings.health.probe, settings.health.isEnabled, !spoken.isHTTP2 {
            (object["health"] ?? self).error(
                "a gRPC check needs HTTP/2", suggestion: "write \"protocol\": \"h2c\", or \"h2\" for https targets")
        }
        guard case .targets(let targets) = source, let tls = object["tls"] else { return }
        if !targets.contains(where: \.usesTLS) { tls.warning("\"tls\" means nothing here: no target is https") }
    }

    private func check(_ spoken: UpstreamProtocol, of source: ServiceDefinition.Source) {
        switch (spoken, source) {
        case (.http1, _): break
        case (_, .process(let process)):
            if case .handler = process.program {
                error("handlers speak HTTP/1.1", suggestion: "leave \"protocol\" out")
            } else if spoken == .h2 {
                error("processes are reached without TLS", suggestion: "write \"h2c\"")
            }
        case (.h2, .targets(let targets)):
            if let plain = targets.first(where: { !$0.usesTLS }) {
                error("\"h2\" goes over TLS, and \(plain) does not", suggestion: "write \"h2c\" or an https target")
            }
        case (.h2c, .targets(let targets)):
            if let secure = targets.first(where: \.usesTLS) {
                error("\"h2c\" goes without TLS, and \(secure) does not", suggestion: "write \"h2\"")
            }
        }
    }

    /// What `defaults` and services have in common.
    func readServiceSettings(_ object: ObjectItem, into settings: inout ServiceSettings) {
        object.read("balance", into: &settings.balance) {
            $0.choice(
                "balance",
                [
                    "p2c": .powerOfTwoChoices, "round-robin": .roundRobin, "least-request": .leastRequest,
                    "random": .random,
                ])
        }
        object.update("breaker", of: &settings.breaker) { $0.breaker }
        object.update("health", of: &settings.health) { $0.health }
        object.update("ejection", of: &settings.outliers) { $0.ejection }
        object.update("retryBudget", of: &settings.retryBudget) { $0.retryBudget }
        object.read("maxRequests", into: &settings.maxRequests) { $0.integer(in: 1...1_000_000) }
        object.read("maxStreams", into: &settings.maxStreams) { $0.integer(in: 1...10_000) }
        object.read("connectTimeout", into: &settings.connectTimeout) { $0.duration() }
        object.read("idleTimeout", into: &settings.idleTimeout) { $0.duration() }
        object.read("idleConnections", into: &settings.idleConnections) { $0.integer(in: 0...65_536) }
    }

    private func targets(_ object: ObjectItem) -> ServiceDefinition.Source? {
        let own: [ConfigurationKey] = ["instances", "port", "database"] + Keys.process
        for key in own {
            object[key]?.error("\"\(key.name)\" is for processes that the gateway starts, not for targets")
        }
        guard let item = object["targets"] else { return nil }
        let items = item.oneOrMore()
        if items.isEmpty { item.error("at least one target is needed") }
        let targets = items.compactMap { $0.target() }
        for (index, target) in targets.enumerated()
        where targets[..<index].contains(where: { $0.address == target.address }) {
            item.error("the target \(target) is listed twice", suggestion: "give it a \"weight\" instead")
        }
        if !targets.isEmpty, targets.allSatisfy({ $0.weight == 0 }) { item.error("every target has the weight 0") }
        return targets.isEmpty ? nil : .targets(targets)
    }

    private func upstreamTLS() -> UpstreamTLSSettings? {
        guard let object = object(Keys.upstreamTLS) else { return nil }
        var settings = UpstreamTLSSettings()
        object.read("verify", into: &settings.verifies) { $0.boolean() }
        if !settings.verifies {
            let what = "the certificates of these targets are not verified: whoever is in between reads and changes all"
            object["verify"]?.warning(what, suggestion: "trust their authority with \"ca\" instead")
        }
        object.read("ca", into: &settings.authority) { $0.filePath() }
        object.read("serverName", into: &settings.serverName) { $0.nonEmptyString() }
        if object["cert"] != nil || object["key"] != nil { settings.certificate = certificateFiles(object) }
        return settings
    }
}
