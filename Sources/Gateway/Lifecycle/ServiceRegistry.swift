internal import Bytes
internal import Policy
internal import Synchronization
internal import Telemetry

/// The services that run, by name. They are made once and outlive every configuration that still names them.
final class ServiceRegistry: Sendable {
    private struct Entry {
        let service: Service
        /// Its endpoints are those of the configuration, and not processes of ours.
        var hasTargets: Bool
    }

    private let services = Mutex<[String: Entry]>([:])
    private let loops: Int
    private let sink: TransitionSink

    /// - Parameters:
    ///   - loops: how many loops there are.
    ///   - sink: hears of every change of a service's or an endpoint's state.
    init(loops: Int, sink: @escaping TransitionSink) {
        self.loops = loops
        self.sink = sink
    }

    /// The service of a definition: the one that runs, with new settings, or a new one.
    func service(_ definition: ServiceDefinition, endpoints: [EndpointDefinition]?, now: Instant) -> Service {
        services.withLock { services in
            if let entry = services[definition.name] {
                services[definition.name]?.hasTargets = endpoints != nil
                if endpoints != nil || entry.hasTargets {
                    // Targets that processes take the place of go; the processes bring their own endpoints.
                    entry.service.reconfigure(definition.settings, endpoints: endpoints ?? [], now: now)
                } else {
                    entry.service.reconfigure(definition.settings, now: now)
                }
                return entry.service
            }
            let service = Service(
                name: definition.name, settings: definition.settings, endpoints: endpoints ?? [], loops: loops,
                seed: KeyedHash.hash(now.nanoseconds, UInt64(services.count)), sink: sink)
            services[definition.name] = Entry(service: service, hasTargets: endpoints != nil)
            return service
        }
    }

    /// Lets go of services that no configuration names any more.
    func retain(_ names: Set<String>) {
        services.withLock { services in services = services.filter { names.contains($0.key) } }
    }

    /// The service of this name.
    func service(named name: String) -> Service? { services.withLock { $0[name]?.service } }
}
