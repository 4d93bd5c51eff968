import Policy
import Telemetry

/// The three health documents, as `application/health+json`
/// (https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06).
///
/// Only a gateway that cannot serve fails. A dead backend makes a warning with status 200: a load balancer that took
/// it for a failure would take a working gateway away from all the other backends.
public enum HealthDocument {
    /// The answer to `/health`: everything.
    public static func full(_ input: HealthInput) -> AdminDocument {
        let concerns = input.concerns
        let isReady = input.phase == .ready
        return AdminDocument(status: isReady ? 200 : 503, contentType: contentType) { json in
            json.object { json in
                json.member("status", !isReady ? "fail" : concerns.isEmpty ? "pass" : "warn")
                json.member("version", input.version)
                json.member("phase", input.phase.rawValue)
                json.member("uptime", input.uptimeSeconds)
                if !concerns.isEmpty {
                    json.name("notes")
                    json.array { json in for concern in concerns { json.value(concern) } }
                }
                json.name("config")
                input.configuration.write(to: &json)
                json.name("services")
                json.object { json in
                    for service in input.services {
                        json.name(service.name)
                        service.write(to: &json)
                    }
                }
                guard !input.revocations.isEmpty else { return }
                json.name("revocations")
                json.object { json in
                    for list in input.revocations {
                        json.name(list.profile)
                        list.write(to: &json)
                    }
                }
            }
        }
    }

    /// The answer to `/health/live`: that the process answers at all. Never looks at backends.
    public static func live() -> AdminDocument {
        AdminDocument(contentType: contentType) { json in json.object { $0.member("status", "pass") } }
    }

    /// The answer to `/health/ready`: 503 until bound and configured, and while draining.
    public static func ready(_ phase: HealthInput.Phase) -> AdminDocument {
        AdminDocument(status: phase == .ready ? 200 : 503, contentType: contentType) { json in
            json.object { json in
                json.member("status", phase == .ready ? "pass" : "fail")
                json.member("phase", phase.rawValue)
            }
        }
    }

    private static let contentType = "application/health+json"
}

extension HealthInput {
    /// What an operator should look at, one sentence each.
    var concerns: [String] {
        var concerns: [String] = []
        if configuration.lastError != nil {
            concerns.append("the last reload failed, generation \(configuration.generation) stays in force")
        }
        for service in services { concerns += service.concerns }
        concerns += revocations.compactMap(\.concern)
        return concerns
    }
}

extension ServiceHealth {
    /// How many endpoints get requests.
    var healthyEndpoints: Int { endpoints.count { $0.state == .up } }

    fileprivate var concerns: [String] {
        var concerns: [String] = []
        let down = endpoints.count { $0.state == .down || $0.state == .ejected }
        if down > 0 { concerns.append("\(name): \(down) of \(endpoints.count) endpoints down") }
        if let breaker, breaker != .closed { concerns.append("\(name): the breaker is \(breaker.name)") }
        let missing = processes.count { $0.pid == nil }
        if missing > 0 { concerns.append("\(name): \(missing) of \(processes.count) processes not running") }
        return concerns
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("status", concerns.isEmpty ? "pass" : "warn")
            json.name("endpoints")
            json.object { json in
                json.member("healthy", healthyEndpoints)
                json.member("total", endpoints.count)
                json.name("all")
                json.array { json in for endpoint in endpoints { endpoint.write(to: &json) } }
            }
            json.member("breaker", ifPresent: breaker?.name)
            guard !processes.isEmpty else { return }
            json.name("process")
            json.array { json in for process in processes { process.write(to: &json) } }
        }
    }
}

extension ConfigurationHealth {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("generation", generation)
            json.member("hash", hash)
            json.member("loadedAt", WallClock.timestamp(unixMilliseconds: loadedAt))
            json.name("lastError")
            if let lastError { json.value(lastError) } else { json.null() }
        }
    }
}

extension RevocationHealth {
    fileprivate var concern: String? {
        guard let lastError else { return nil }
        let since = ageSeconds.map { "for \($0) s" } ?? "ever"
        return "jwt.\(profile): \(service) could not be asked for revocations \(since): \(lastError)"
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("status", lastError == nil ? "pass" : "warn")
            json.member("service", service)
            json.member("revoked", count)
            json.name("age")
            if let ageSeconds { json.value(ageSeconds) } else { json.null() }
            json.name("lastError")
            if let lastError { json.value(lastError) } else { json.null() }
        }
    }
}

extension EndpointHealth {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("state", state.rawValue)
            json.member("reason", ifPresent: reason)
        }
    }
}

extension ProcessHealth {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("instance", instance)
            json.name("pid")
            if let pid { json.value(pid) } else { json.null() }
            json.member("restarts", restarts)
            json.member("lastExit", ifPresent: lastExit)
            guard !lastStderr.isEmpty else { return }
            json.name("lastStderr")
            json.array { json in for line in lastStderr { json.value(line) } }
        }
    }
}

extension BreakerState {
    /// The state as documents show it.
    var name: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half-open"
        }
    }
}
