import Bytes
import Glibc
import Policy
import Reactor
import Telemetry

/// One instance of a service: starts its process, watches it, starts it again, and stops it. Belongs to its loop.
final class SupervisedProcess {
    /// What it runs.
    private(set) var plan: ProcessPlan
    /// The service that its endpoint belongs to.
    let service: Service
    /// Its number among those of the service.
    let instance: Int
    /// For people: `products/0`.
    let name: String
    /// It takes no more part: it is being replaced or removed.
    private(set) var isRetiring = false
    /// Over, and its endpoint is gone.
    let gone: Latch

    private let supervision: Supervision
    private let generation: Int
    private let predecessors: [SupervisedProcess]
    private let ended: Latch
    private let pause: Sleeper
    private var life: ProcessLife
    private var child: ChildProcess?
    private var endpoint: Endpoint?
    private var socketPath: String?
    private var freePort: UInt16?
    private var isAccepting = false
    private var startedAt: Int64?
    private var lastExit: String?
    private var lastErrors: [String] = []

    /// - Parameters:
    ///   - target: what it runs, and for which service.
    ///   - instance: its number.
    ///   - generation: how many processes were made for this number before.
    ///   - predecessors: those that hold the address, and must be gone first.
    ///   - restarts: how often the one that it replaces was started again, so that the count never falls.
    init(
        _ target: SupervisedService, instance: Int, generation: Int, after predecessors: [SupervisedProcess],
        restarts: Int, _ supervision: Supervision
    ) {
        plan = target.plan
        service = target.service
        self.instance = instance
        self.generation = generation
        self.predecessors = predecessors
        self.supervision = supervision
        name = "\(target.plan.service)/\(instance)"
        gone = Latch(loop: supervision.loop)
        ended = Latch(loop: supervision.loop)
        pause = Sleeper(loop: supervision.loop)
        life = ProcessLife(
            restart: target.plan.definition.restart, backoff: supervision.settings.backoff, restarts: restarts)
    }

    private var loop: EventLoop { supervision.loop }

    /// How often it was started again.
    var restarts: Int { life.restarts }

    // MARK: Running

    /// Runs it until it is stopped, or ends for good.
    func run() async {
        publish()
        for predecessor in predecessors { await predecessor.gone.wait(until: .never) }
        var step = life.begin()
        while step != .finish {
            switch step {
            case .start: step = await runOnce()
            case .pause(let until):
                _ = await pause.sleep(until: until)
                step = life.resume()
            case .finish: break
            }
        }
        publish()
        ended.open()
    }

    private func runOnce() async -> ProcessLife.Step {
        let child: ChildProcess
        do {
            child = try launch()
        } catch {
            return failedToStart(error)
        }
        self.child = child
        life.started(pid: child.id, now: loop.now)
        startedAt = loop.unixTime().seconds
        publish()
        supervision.log.logger.info(
            "process started",
            [
                "process": .string(name), "pid": .integer(Int(child.id)),
                "address": .string(endpoint?.address.description ?? ""),
            ])
        let output = ProcessOutput(of: child, name: name, log: supervision.log, loop: loop)
        output.start()
        loop.spawn(with: self) { await $0.awaitAcceptance() }
        let status = await waitForExit(of: child)
        // Out of rotation first: everything else can wait.
        isAccepting = false
        if let endpoint { service.markCrashed(endpoint, now: loop.now) }
        self.child = nil
        // Whatever it started goes with it.
        child.sendToGroup(SIGKILL)
        await output.finish()
        return exited(child.id, status, output.lastErrors)
    }

    private func waitForExit(of child: ChildProcess) async -> ExitStatus {
        if let status = await child.waitForExit(until: loop.now + supervision.settings.backoff.wellAfter) {
            return status
        }
        life.ranWell()
        publish()
        while true {
            if let status = await child.waitForExit() { return status }
        }
    }

    private func exited(_ pid: Int32, _ status: ExitStatus, _ errors: [String]) -> ProcessLife.Step {
        let isExpected = life.isEnding
        let step = life.exited(status, now: loop.now)
        lastExit = status.description
        lastErrors = errors
        publish()
        var logger = supervision.log.logger.with([
            "process": .string(name), "pid": .integer(Int(pid)), "exit": .string(status.description),
        ])
        if case .pause(let until) = step {
            logger = logger.with(["restartInMs": .integer(Int((until - loop.now) / 1_000_000))])
        }
        if isExpected {
            logger.info("process stopped")
        } else {
            logger.warning(life.isCrashLooping ? "process keeps ending" : "process ended")
        }
        return step
    }

    private func failedToStart(_ error: ProcessError) -> ProcessLife.Step {
        let step = life.failedToStart(now: loop.now)
        lastExit = "not started"
        lastErrors = ["\(error)"]
        publish()
        supervision.log.logger.error(
            "process cannot be started", ["process": .string(name), "reason": .string("\(error)")])
        return step
    }

    // MARK: Starting

    private func launch() throws(ProcessError) -> ChildProcess {
        if plan.needsFreePort, freePort == nil || life.isCrashLooping {
            // The port is kept while the instance lives. One that keeps ending may do so because somebody has its port.
            freePort = try chooseFreePort()
        }
        let command = try plan.command(instance: instance, generation: generation, freePort: freePort)
        try RuntimeFolder.prepare(plan.surroundings.socketDirectory)
        if let path = command.socketPath { RuntimeFolder.removeSocket(path) }
        socketPath = command.socketPath
        offer(command)
        do {
            return try ChildProcess(command.specification(launcher: supervision.settings.launcher), on: loop)
        } catch {
            throw .start(program: command.arguments[0], directory: command.directory, error)
        }
    }

    private func chooseFreePort() throws(ProcessError) -> UInt16 {
        do {
            let any = SocketAddress.ipv4(InternetAddress(ipv4: 0x7F00_0001), port: 0)
            let socket = try Listener.open(any, isShared: false, backlog: 1)
            return try Listener.address(of: socket).port ?? 0
        } catch {
            throw .noPort(error)
        }
    }

    /// Adds its endpoint to the service, where checks find it.
    private func offer(_ command: ProcessCommand) {
        if endpoint?.address == command.address { return }
        withdraw()
        endpoint = service.add(
            EndpointDefinition(name: command.endpointName, address: command.address, usesHTTP2: plan.usesHTTP2))
        endpoint?.isAwaited = true
        holdBack()
    }

    private func withdraw() {
        if let endpoint { service.remove(endpoint) }
        endpoint = nil
    }

    /// Without active checks an endpoint counts as up; this one is not before its process accepts.
    private func holdBack() {
        guard !isAccepting, !service.settings.health.isEnabled, let endpoint else { return }
        service.markCrashed(endpoint, now: loop.now)
    }

    private func awaitAcceptance() async {
        guard let child, let endpoint else { return }
        var pause: Nanoseconds = 10_000_000
        while child.isRunning, self.child === child {
            if let connection = try? await Connector.connect(
                to: endpoint.address, on: loop, until: loop.now + 1_000_000_000)
            {
                connection.close()
                guard self.child === child, !life.isEnding else { return }
                isAccepting = true
                endpoint.isAwaited = false
                if !service.settings.health.isEnabled {
                    service.recordActiveCheck(endpoint, passed: true, now: loop.now)
                }
                publish()
                supervision.onAcceptance(service)
                return
            }
            await loop.sleep(for: pause)
            pause = min(pause * 2, 250_000_000)
        }
    }

    // MARK: Changes

    /// Goes on under a plan by which the process itself stays as it is.
    func adopt(_ plan: ProcessPlan) {
        self.plan = plan
        life.restart = plan.definition.restart
        holdBack()
    }

    /// Waits until it gets requests, or until `timeout` after it could be started; says whether it does.
    func waitUntilServing(timeout: Nanoseconds) async -> Bool {
        for predecessor in predecessors { await predecessor.gone.wait(until: .never) }
        let deadline = loop.now + timeout
        while !isRetiring, !ended.isOpen, loop.now < deadline {
            if isAccepting, endpoint?.health == .up { return true }
            await loop.sleep(for: 20_000_000)
        }
        return false
    }

    // MARK: Stopping

    /// Gives it no new requests, lets it finish those that it has, and stops it.
    func retire() async {
        if isRetiring {
            await gone.wait(until: .never)
            return
        }
        isRetiring = true
        endpoint?.drain()
        let limit = loop.now + supervision.settings.drainTimeout
        while let endpoint, endpoint.inFlight > 0, loop.now < limit, !ended.isOpen {
            await loop.sleep(for: 20_000_000)
        }
        await stop(by: .never)
        withdraw()
        if let socketPath { RuntimeFolder.removeSocket(socketPath) }
        gone.open()
    }

    /// Tells the process to stop, and kills it and all that it started when it has not by its timeout or by `deadline`.
    func stop(by deadline: Instant) async {
        let patience = min(loop.now + plan.definition.stopTimeout, deadline)
        switch life.stop() {
        case .terminate:
            publish()
            child?.send(SIGTERM)
        case .wake: pause.wake()
        case .wait: break
        }
        if await ended.wait(until: patience) { return }
        child?.sendToGroup(SIGKILL)
        await ended.wait(until: loop.now + 2_000_000_000)
    }

    // MARK: Status

    private func publish() {
        // Its number belongs to the one that replaces it.
        if isRetiring { return }
        let state: ProcessStatus.State =
            switch life.state {
            case .starting: .starting
            case .running: .running
            case .backingOff: .backingOff
            case .stopping: .stopping
            case .stopped: .stopped
            }
        supervision.board.publish(
            ProcessStatus(
                instance: instance, state: state, pid: life.pid, address: endpoint?.name, isAccepting: isAccepting,
                restarts: life.restarts, isCrashLooping: life.isCrashLooping, lastExit: lastExit,
                lastErrors: lastErrors, startedAt: life.pid == nil ? nil : startedAt),
            of: plan.service)
    }
}
