import Policy

/// Writes the effective configuration for people: defaults filled in, secrets left out.
extension Configuration {
    /// The table of routes: one row per route, with what holds for it.
    public var routeRows: [[String]] {
        var rows = routes.map(row)
        // Those between services differ in nothing but the name.
        if let route = internalRoutes.first, let address = listen.internal {
            var row = row(of: route)
            row[1...2] = ["NAME.internal/** at \(address)", "NAME"]
            rows.append(row)
        }
        return rows
    }

    private func row(of route: RouteDefinition) -> [String] {
        [
            route.name, "\(route.pattern)", target(of: route), describe(route.auth),
            route.rateLimits.isEmpty ? "-" : route.rateLimits.map(\.text).joined(separator: ", "),
            route.isForwarded ? Literal.duration(route.timeouts.total) : "-",
            route.isForwarded ? "\(route.retry.count)" : "-", Literal.byteCount(route.bodyLimit),
        ]
    }

    /// The titles of the columns of ``routeRows``.
    public static let routeColumns = ["ROUTE", "MATCH", "TO", "AUTH", "RATE LIMIT", "TIMEOUT", "RETRIES", "BODY"]

    /// The table of services: one row per service.
    public var serviceRows: [[String]] {
        services.map { service in
            let settings = service.settings
            return [
                service.name, describe(service.source), service.protocol.rawValue, settings.balance.rawValue,
                describe(settings.health),
            ]
        }
    }

    /// The titles of the columns of ``serviceRows``.
    public static let serviceColumns = ["SERVICE", "SERVED BY", "PROTOCOL", "BALANCE", "HEALTH CHECK"]

    /// Both tables as text, with columns aligned.
    public var effectiveTable: String {
        Self.table([Self.routeColumns] + routeRows) + "\n" + Self.table([Self.serviceColumns] + serviceRows)
    }

    private func target(of route: RouteDefinition) -> String {
        let target: String
        switch route.action {
        case .respond(let response): return "respond \(response.status)"
        case .forward(let services):
            target =
                services.count == 1
                ? services[0].name : services.map { "\($0.name) \($0.weight)" }.joined(separator: " + ")
        }
        return switch route.rewrite {
        case .none: target
        case .strip(let prefix): "\(target) (without \(prefix))"
        case .template(let template): "\(target) (as \(template))"
        }
    }

    private func describe(_ auth: AuthRule) -> String {
        guard auth.mode != .none else { return "none" }
        var parts = [auth.mode.rawValue]
        if auth.profiles.count < tokenProfiles.count {
            parts.append("jwt=" + auth.profiles.map { tokenProfiles[$0].name }.joined(separator: ","))
        }
        if !auth.scopes.isEmpty { parts.append("scopes=" + auth.scopes.joined(separator: ",")) }
        if !auth.roles.isEmpty { parts.append("roles=" + auth.roles.joined(separator: "|")) }
        return parts.joined(separator: " ")
    }

    private func describe(_ health: HealthSettings) -> String {
        guard health.isEnabled else { return "off" }
        return switch health.probe {
        case .connect: "connect"
        case .get(let path): path
        case .grpc(let service): service.isEmpty ? "grpc" : "grpc \(service)"
        }
    }

    private func describe(_ source: ServiceDefinition.Source) -> String {
        switch source {
        case .targets(let targets):
            return targets.map { $0.weight == 1 ? "\($0)" : "\($0) x\($0.weight)" }.joined(separator: ", ")
        case .process(let process):
            let program =
                switch process.program {
                case .handler(let name): "handler \(name)"
                // Arguments may hold secrets; the program's own name does not.
                case .command(let words): "run \(words[0])"
                }
            return process.instances == 1 ? program : "\(program) x\(process.instances)"
        }
    }

    private static func table(_ rows: [[String]]) -> String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for column in columns {
                line += row[column]
                if column < columns.count - 1 {
                    line += String(repeating: " ", count: widths[column] - row[column].count + 2)
                }
            }
            return line + "\n"
        }.joined()
    }
}

extension RouteDefinition {
    /// Whether requests go to a service.
    var isForwarded: Bool { if case .forward = action { true } else { false } }
}
