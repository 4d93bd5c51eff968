import Policy

/// Health checks, breakers, ejection and retry budgets.
extension Item {
    private var isNone: Bool { if case .string("none") = node.kind { true } else { false } }

    func health(_ base: HealthSettings) -> HealthSettings? {
        var settings = base
        if isNone {
            settings.isEnabled = false
            return settings
        }
        settings.isEnabled = true
        if case .string = node.kind {
            guard let path = plainPath(like: "/health") else { return nil }
            settings.probe = .get(path: path)
            return settings
        }
        guard let object = object(Keys.health) else { return nil }
        object.read("path", into: &settings.probe) { item in
            item.isNone ? .connect : item.plainPath(like: "/health").map { .get(path: $0) }
        }
        object.read("grpc", into: &settings.probe) { $0.string().map { .grpc(service: $0) } }
        if object["path"] != nil { object["grpc"]?.error("\"path\" and \"grpc\" exclude each other") }
        object.read("interval", into: &settings.interval) { $0.duration(atLeast: 100_000_000) }
        object.read("downInterval", into: &settings.downInterval) { $0.duration(atLeast: 100_000_000) }
        object.read("timeout", into: &settings.timeout) { $0.duration() }
        object.read("fall", into: &settings.fall) { $0.integer(in: 1...100) }
        object.read("rise", into: &settings.rise) { $0.integer(in: 1...100) }
        object.read("status", into: &settings.passing) { $0.statusRange() }
        object.read("slowStart", into: &settings.slowStart) { $0.duration(atLeast: 0) }
        object.read("jitter", into: &settings.jitter) { $0.fraction(in: 0...0.5) }
        if object["interval"] != nil, object["downInterval"] == nil {
            settings.downInterval = min(settings.downInterval, settings.interval)
        }
        return settings
    }

    /// `200`, or `200-399`.
    private func statusRange() -> ClosedRange<UInt16>? {
        if case .number = node.kind { return integer(in: 100...599).map { UInt16($0)...UInt16($0) } }
        guard let text = string() else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            first >= 100, last <= 599
        else {
            error("\"\(text)\" is not a range of statuses", suggestion: "write it like \"200-399\"")
            return nil
        }
        return first...last
    }

    func breaker(_ base: BreakerSettings) -> BreakerSettings? {
        var settings = base
        settings.isEnabled = !isNone
        if isNone { return settings }
        guard let object = object(Keys.breaker) else { return nil }
        object.read("errorRate", into: &settings.errorRate) { $0.fraction(in: 0.01...1) }
        object.read("minRequests", into: &settings.minRequests) { $0.integer(in: 1...1_000_000) }
        object.read("window", into: &settings.window) { $0.duration(atLeast: 1_000_000_000) }
        object.read("connectFailures", into: &settings.connectFailures) { $0.integer(in: 1...1_000_000) }
        object.read("open", into: &settings.open) { $0.duration() }
        object.read("maxOpen", into: &settings.maxOpen) { $0.duration() }
        object.read("probes", into: &settings.probes) { $0.integer(in: 1...1000) }
        object.read("successes", into: &settings.successes) { $0.integer(in: 1...1000) }
        object.read("probeTimeout", into: &settings.probeTimeout) { $0.duration() }
        object.read("statuses", into: &settings.failureStatuses) { item in
            Set(item.oneOrMore().compactMap { $0.integer(in: 500...599).map { UInt16($0) } })
        }
        if settings.maxOpen < settings.open {
            if let item = object["maxOpen"] { item.error("\"maxOpen\" is shorter than \"open\"") }
            settings.maxOpen = settings.open
        }
        return settings
    }

    func ejection(_ base: OutlierSettings) -> OutlierSettings? {
        var settings = base
        settings.isEnabled = !isNone
        if isNone { return settings }
        guard let object = object(Keys.ejection) else { return nil }
        object.read("failures", into: &settings.consecutiveFailures) { $0.integer(in: 1...1_000_000) }
        object.read("errorRate", into: &settings.errorRate) { $0.fraction(in: 0.01...1) }
        object.read("minRequests", into: &settings.minRequests) { $0.integer(in: 1...1_000_000) }
        object.read("duration", into: &settings.ejection) { $0.duration() }
        object.read("maxDuration", into: &settings.maxEjection) { $0.duration() }
        if settings.maxEjection < settings.ejection {
            if let item = object["maxDuration"] { item.error("\"maxDuration\" is shorter than \"duration\"") }
            settings.maxEjection = settings.ejection
        }
        return settings
    }

    func retryBudget(_ base: RetryBudgetSettings) -> RetryBudgetSettings? {
        guard let object = object(Keys.retryBudget) else { return nil }
        var settings = base
        object.read("ratio", into: &settings.ratio) { $0.fraction(in: 0...1) }
        object.read("floor", into: &settings.floor) { $0.integer(in: 0...1_000_000) }
        return settings
    }
}
