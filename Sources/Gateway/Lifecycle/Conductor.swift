internal import Bytes
internal import Policy
internal import Reactor
internal import TLS
internal import Telemetry
internal import Transport

/// Leads the loops: reloads, processes, checks and the end. Lives on the first loop, which is the main thread's.
final class Conductor {
    let options: ServeOptions
    let console: Console
    let group: EventLoopGroup
    let core: GatewayCore
    let units: [LoopBound<LoopUnit>]
    let builder: SnapshotBuilder
    let reader: ConfigurationReader
    let registry: ServiceRegistry
    let supervisor: Supervisor
    let ring: TicketKeyRing
    var accessLog: LogWriter?
    let loop: EventLoop
    var checkers: [String: HealthChecker] = [:]
    let revocations: RevocationPollers
    var bound: [ListenAddress: SocketAddress] = [:]
    var admin: AdminServer?
    var isReloading = false
    private let checkPool: ConnectionPool
    private var random = FastRandom()
    private(set) var isStopping = false

    init(
        options: ServeOptions, console: Console, group: EventLoopGroup, core: GatewayCore,
        units: [LoopBound<LoopUnit>], builder: SnapshotBuilder, reader: ConfigurationReader, registry: ServiceRegistry,
        supervisor: Supervisor, ring: TicketKeyRing, accessLog: LogWriter?
    ) {
        self.options = options
        self.console = console
        self.group = group
        self.core = core
        self.units = units
        self.builder = builder
        self.reader = reader
        self.registry = registry
        self.supervisor = supervisor
        self.ring = ring
        self.accessLog = accessLog
        loop = group.loops[0]
        revocations = RevocationPollers(core: core, loop: loop)
        checkPool = ConnectionPool(loop: loop, buffers: BufferPool(size: 4096, limit: 8))
    }

    /// Runs the first loop on the calling thread until everything has ended.
    func run() {
        for loop in group.loops.dropFirst() { loop.start() }
        for unit in units { unit.perform { $0.start() } }
        loop.spawn(with: self) { conductor in await conductor.begin() }
        loop.run()
        group.stop()
        _ = core.logger.flush()
    }

    private func begin() async {
        supervisor.onAcceptance = { [unowned self] service in
            updateChecks()
            checkers[service.name]?.hurry()
        }
        admin?.start()
        applyProcesses()
        updateChecks()
        revocations.update()
        core.state.phase = .ready
        loop.spawn(with: self) { conductor in await conductor.handleSignals() }
        loop.spawn(with: self) { conductor in await conductor.watchFiles() }
        loop.spawn(with: self) { conductor in await conductor.doChores() }
    }

    /// Once a second: endpoints that came with processes are checked from now on, ticket keys are rotated.
    private func doChores() async {
        while !isStopping {
            await loop.sleep(for: 1_000_000_000)
            updateChecks()
            checkPool.sweep()
            _ = ring.rotate(now: loop.now)
        }
    }

    // MARK: Parts

    /// Tells the supervisor what shall run.
    func applyProcesses() {
        let snapshot = core.box.snapshot
        let configuration = snapshot.configuration
        let surroundings = surroundings(of: configuration)
        let services = zip(configuration.services, snapshot.services).compactMap { definition, bound in
            ProcessPlan(definition, surroundings: surroundings).map {
                SupervisedService(service: bound.service, plan: $0)
            }
        }
        if !services.isEmpty {
            do {
                try Supervisor.prepare(surroundings)
            } catch {
                core.logger.error("services cannot be started", ["error": LogValue(error)])
            }
        }
        supervisor.apply(services)
    }

    /// What processes are given by a configuration whose addresses are bound.
    func surroundings(of configuration: Configuration) -> ProcessSurroundings {
        ProcessSurroundings(
            stateDirectory: configuration.stateDirectory, workingDirectory: options.workingDirectory(of: configuration),
            shopExecutable: options.shopExecutable, currentDirectory: options.currentDirectory,
            environment: options.variables, identity: HandlerIdentity(configuration.tokenProfiles),
            internal: configuration.listen.internal.flatMap { bound[$0] })
    }

    /// Brings the active checks in line with the services and endpoints of now.
    func updateChecks() {
        let snapshot = core.box.snapshot
        var live: Set<String> = []
        for bound in snapshot.services {
            let name = bound.service.name
            live.insert(name)
            let checker = checkers[name] ?? makeChecker(bound)
            checkers[name] = checker
            checker.update()
        }
        for (name, checker) in checkers where !live.contains(name) {
            checker.stop()
            checkers[name] = nil
        }
    }

    private func makeChecker(_ bound: BoundService) -> HealthChecker {
        HealthChecker(bound.service, pool: checkPool, loop: loop) { [self] in random.next() }
    }

    // MARK: Signals and the end

    private func handleSignals() async {
        guard let signals = try? SignalSource(loop: loop) else { return }
        while let signal = await signals.next() {
            switch signal {
            case .hangup: loop.spawn(with: self) { conductor in _ = await conductor.reload(reason: "SIGHUP") }
            case .user1: reopenLogs()
            case .user2: break
            case .interrupt, .terminate:
                if isStopping {
                    // Asked twice: no more patience.
                    loop.stop()
                    return
                }
                isStopping = true
                loop.spawn(with: self) { conductor in await conductor.stop() }
            }
        }
    }

    /// As long as the most patient process may take.
    private var processPatience: Nanoseconds {
        let patience = core.box.snapshot.configuration.services.compactMap { service in
            if case .process(let process) = service.source { process.stopTimeout } else { nil }
        }
        return max(15_000_000_000, (patience.max() ?? 0) + 1_000_000_000)
    }

    private func reopenLogs() {
        guard let accessLog else { return }
        let logger = core.logger
        loop.spawn {
            await OffLoop.run("reopen") {
                do { try accessLog.reopen() } catch {
                    logger.error("the access log cannot be reopened", ["error": .string("\(error)")])
                }
            }
        }
    }

    /// The orderly end: say no to load balancers, stop accepting, finish, and end the processes last.
    private func stop() async {
        let timeouts = core.box.snapshot.configuration.timeouts
        core.state.phase = .draining
        core.logger.info("shutting down: finishing what is in flight")
        for unit in units { unit.perform { $0.announceEnd() } }
        await loop.sleep(for: timeouts.drainDelay)
        let deadline = loop.now + timeouts.drain
        let units = units
        let cut = await withTaskGroup(of: Int.self) { group in
            for unit in units {
                group.addTask {
                    await unit.call { unit in
                        unit.stopListening()
                        return await unit.drain(until: deadline)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        if cut > 0 { core.logger.warning("requests were cut", ["count": .integer(cut)]) }
        for unit in units { unit.perform { $0.closeInternal() } }
        for checker in checkers.values { checker.stop() }
        revocations.stop()
        await supervisor.stopAll(by: loop.now + processPatience)
        admin?.close()
        core.logger.info("stopped")
        accessLog?.flushAtEnd()
        loop.stop()
    }
}

extension LogWriter {
    fileprivate func flushAtEnd() { _ = flush() }
}
