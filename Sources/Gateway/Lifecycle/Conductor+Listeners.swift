internal import Reactor
internal import Telemetry

extension Conductor {
    /// Sockets that are bound and wait to be listened on.
    struct Added: ~Copyable {
        var sockets: [Opened] = []
    }

    /// One address's sockets, still closed to connections' tasks.
    final class Opened {
        let place: LoopUnit.Place
        let bound: SocketAddress
        private var sockets: Binder.Sockets

        var address: ListenAddress { place.address }

        init(_ sockets: consuming Binder.Sockets, for purpose: LoopUnit.Purpose) {
            place = LoopUnit.Place(address: sockets.address, purpose: purpose)
            bound = sockets.bound
            self.sockets = sockets
        }

        func take() -> Int32? { sockets.take() }
    }

    /// Binds everything at the start.
    func bindAtStart(_ configuration: Configuration) throws(StartupFailure) {
        do {
            var nothing = ListenSettings()
            nothing.https = []
            nothing.http = []
            nothing.admin = nil
            listen(try bindAdded(configuration, before: nothing))
        } catch {
            throw StartupFailure(messages: ["\(options.configPath): error: \(error)"])
        }
    }

    /// Binds the addresses that are new. When one fails, none stays bound.
    func bindAdded(_ configuration: Configuration, before old: ListenSettings) throws(Binder.Failure) -> [Opened] {
        let new = configuration.listen
        if new.internal != nil, new.internal != old.internal {
            // Its folder may not be there yet. If it cannot be made, binding says so.
            try? Supervisor.prepare(surroundings(of: configuration))
        }
        var opened: [Opened] = []
        for place in new.places where !old.places.contains(place) {
            let sockets = try Binder.bind(
                place.address, field: "listen.\(place.purpose)", count: units.count, isOurs: hasPort(of: place.address))
            opened.append(Opened(sockets, for: place.purpose))
        }
        if let address = new.admin, old.admin != address {
            let sockets = Opened(try Binder.bind(address, field: "listen.admin", count: 1), for: .http)
            admin?.close()
            bound[address] = sockets.bound
            admin = AdminServer(sockets, conductor: self)
            // At the start the loop does not run yet.
            if loop.isCurrent { admin?.start() }
        } else if new.admin == nil {
            admin?.close()
            admin = nil
        }
        return opened
    }

    /// Whether a listener of ours has the port of an address.
    private func hasPort(of address: ListenAddress) -> Bool {
        guard case .tcp(_, let port) = address, port != 0 else { return false }
        return bound.values.contains { $0.port == port }
    }

    /// Starts accepting.
    func listen(_ added: [Opened]) {
        for opened in added {
            bound[opened.address] = opened.bound
            if opened.place.purpose == .https, let port = opened.bound.port { core.httpsPort = port }
            for unit in units {
                guard let number = opened.take() else { break }
                let place = opened.place
                unit.perform { $0.listen(Descriptor(owning: number), at: place) }
            }
        }
    }

    /// Stops accepting where the configuration no longer listens.
    func closeRemoved(_ new: ListenSettings, before old: ListenSettings) {
        let kept = new.places
        for place in old.places where !kept.contains(place) {
            if !kept.contains(where: { $0.address == place.address }) { bound[place.address] = nil }
            for unit in units { unit.perform { $0.stopListening(at: place) } }
        }
    }
}

extension ListenSettings {
    /// Where connections are accepted.
    fileprivate var places: [LoopUnit.Place] {
        https.map { LoopUnit.Place(address: $0, purpose: .https) }
            + http.map { LoopUnit.Place(address: $0, purpose: .http) }
            + (`internal`.map { [LoopUnit.Place(address: $0, purpose: .internal)] } ?? [])
    }
}
