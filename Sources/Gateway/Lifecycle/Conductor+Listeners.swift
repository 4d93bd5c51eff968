internal import Reactor
internal import Telemetry

extension Conductor {
    /// Sockets that are bound and wait to be listened on.
    struct Added: ~Copyable {
        var sockets: [Opened] = []
    }

    /// One address's sockets, still closed to connections' tasks.
    final class Opened {
        let address: ListenAddress
        let isSecure: Bool
        let bound: SocketAddress
        private var sockets: Binder.Sockets

        init(_ sockets: consuming Binder.Sockets, isSecure: Bool) {
            address = sockets.address
            bound = sockets.bound
            self.sockets = sockets
            self.isSecure = isSecure
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
            listen(try bindAdded(configuration.listen, before: nothing))
        } catch {
            throw StartupFailure(messages: ["\(options.configPath): error: \(error)"])
        }
    }

    /// Binds the addresses that are new. When one fails, none stays bound.
    func bindAdded(_ new: ListenSettings, before old: ListenSettings) throws(Binder.Failure) -> [Opened] {
        var opened: [Opened] = []
        for address in new.https where !old.https.contains(address) {
            let sockets = try Binder.bind(
                address, field: "listen.https", count: units.count, isOurs: hasPort(of: address))
            opened.append(Opened(sockets, isSecure: true))
        }
        for address in new.http where !old.http.contains(address) {
            let sockets = try Binder.bind(
                address, field: "listen.http", count: units.count, isOurs: hasPort(of: address))
            opened.append(Opened(sockets, isSecure: false))
        }
        if let address = new.admin, old.admin != address {
            let sockets = Opened(try Binder.bind(address, field: "listen.admin", count: 1), isSecure: false)
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
            if opened.isSecure, let port = opened.bound.port { core.httpsPort = port }
            for unit in units {
                guard let number = opened.take() else { break }
                let place = LoopUnit.Place(address: opened.address, isSecure: opened.isSecure)
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
        https.map { LoopUnit.Place(address: $0, isSecure: true) }
            + http.map { LoopUnit.Place(address: $0, isSecure: false) }
    }
}
