public import Bytes
public import Policy
import Reactor

extension Service {
    /// Adds an endpoint, of a process that was started.
    ///
    /// - Returns: the endpoint; the one of before if there is one with the same definition, in use again.
    @discardableResult
    public func add(_ definition: EndpointDefinition) -> Endpoint {
        change { settings, endpoints in
            if let known = endpoints.first(where: { $0.definition.isSameEndpoint(as: definition) }) {
                known.setWeight(definition.weight)
                known.resume()
                return known
            }
            let endpoint = Endpoint(definition, settings: settings)
            endpoints.append(endpoint)
            return endpoint
        }
    }

    /// Removes an endpoint. Requests in flight on it go on.
    public func remove(_ endpoint: Endpoint) {
        endpoint.drain()
        change { _, endpoints in endpoints.removeAll { $0 === endpoint } }
    }

    /// Changes settings without touching the endpoints, for services whose endpoints are processes of ours.
    public func reconfigure(_ settings: ServiceSettings, now: Instant) {
        change { current, endpoints in
            current = settings
            endpoints.forEach { $0.reconfigure(settings) }
        }
        settle(settings, now: now)
    }

    /// Changes settings and endpoints. Endpoints that stay keep all that is known of them, as breaker and budget do.
    ///
    /// - Returns: the endpoints that went, whose idle connections may be closed.
    @discardableResult
    public func reconfigure(
        _ settings: ServiceSettings, endpoints definitions: [EndpointDefinition], now: Instant
    ) -> [Endpoint] {
        let removed = change { current, endpoints in
            current = settings
            let before = endpoints
            endpoints = definitions.map { definition in
                guard let known = before.first(where: { $0.definition.isSameEndpoint(as: definition) }) else {
                    return Endpoint(definition, settings: settings)
                }
                known.setWeight(definition.weight)
                known.reconfigure(settings)
                known.resume()
                return known
            }
            return before.filter { old in !endpoints.contains { $0 === old } }
        }
        removed.forEach { $0.drain() }
        settle(settings, now: now)
        return removed
    }

    private func settle(_ settings: ServiceSettings, now: Instant) {
        breaker.reconfigure(settings.breaker, now: now.nanoseconds)
        setBudget(settings.retryBudget)
    }
}

extension Endpoint {
    /// What it was made from, with the weight of today.
    var definition: EndpointDefinition {
        EndpointDefinition(
            name: name, address: address, security: security, usesHTTP2: usesHTTP2, weight: weight)
    }

    /// Judges by other thresholds from now on, on all that was seen.
    func reconfigure(_ settings: ServiceSettings) {
        maxStreams = settings.maxStreams
        verdicts.withLock { verdicts in
            verdicts.outliers.settings = settings.outliers
            verdicts.health.fall = settings.health.fall
            verdicts.health.rise = settings.health.rise
            if !settings.health.isEnabled, verdicts.health.state != .up {
                // Nobody will ever check it again.
                verdicts.health = HealthThresholds(fall: settings.health.fall, rise: settings.health.rise, state: .up)
            }
            publish(verdicts.health.state)
        }
    }
}
