internal import Reactor

/// The pollers of the lists that the configuration in force names. Lives on one loop.
final class RevocationPollers {
    private let core: GatewayCore
    private let loop: EventLoop
    private var pollers: [ObjectIdentifier: RevocationPoller] = [:]

    init(core: GatewayCore, loop: EventLoop) {
        self.core = core
        self.loop = loop
    }

    /// Starts pollers of lists that are new, and stops those of lists that are gone. Called at every change.
    func update() {
        let lists = core.box.snapshot.revocations.compactMap(\.self)
        let live = Set(lists.map { ObjectIdentifier($0) })
        for (id, poller) in pollers where !live.contains(id) {
            poller.stop()
            pollers[id] = nil
        }
        for list in lists where pollers[ObjectIdentifier(list)] == nil {
            let poller = RevocationPoller(list, core: core, loop: loop)
            pollers[ObjectIdentifier(list)] = poller
            loop.spawn(with: poller) { poller in await poller.run() }
        }
    }

    /// Stops all.
    func stop() {
        for poller in pollers.values { poller.stop() }
        pollers = [:]
    }
}
