public import Bytes
public import Reactor

/// Starts the processes of services, keeps them running, and stops them.
///
/// It belongs to one event loop, whose thread must live as long as the gateway: the kernel kills its processes when that
/// thread ends. Only `board`, and `apply`, may be used from other threads.
///
/// ```
///   Supervisor --- ProcessGroup (a service) --- SupervisedProcess (an instance) --- ChildProcess
///       |               replaces, rolls             ProcessLife decides                 pidfd, pipes
///       +-- ProcessBoard <--------- publishes -----------+--- Service.add / markCrashed / remove
/// ```
public final class Supervisor: @unchecked Sendable {
    /// How all processes are.
    public let board = ProcessBoard()
    private let supervision: Supervision
    private var groups: [String: ProcessGroup] = [:]
    private var isStopping = false

    /// - Parameters:
    ///   - loop: where it lives.
    ///   - settings: how it works.
    ///   - log: where to say what happens.
    public init(on loop: EventLoop, settings: SupervisorSettings, log: ProcessLog) {
        supervision = Supervision(loop: loop, settings: settings, log: log, board: board)
    }

    /// Hears of processes that begin to accept connections: the time to check them. Set and called on the loop.
    var onAcceptance: (Service) -> Void {
        get { supervision.onAcceptance }
        set { supervision.onAcceptance = newValue }
    }

    /// Whether the folder for sockets can be used, to be asked before anything is started.
    public static func prepare(_ surroundings: ProcessSurroundings) throws(ProcessError) {
        try RuntimeFolder.prepare(surroundings.socketDirectory)
    }

    /// Runs the processes of `services` from now on. What runs already as it shall goes on; the rest is started, replaced
    /// or stopped in the background. From any thread; settings of the services have been changed before.
    public func apply(_ services: [SupervisedService]) {
        if supervision.loop.isCurrent {
            reconcile(services)
        } else {
            supervision.loop.spawn { self.reconcile(services) }
        }
    }

    private func reconcile(_ services: [SupervisedService]) {
        if isStopping { return }
        groups = groups.filter { !$0.value.isOver }
        let wanted = Dictionary(services.map { ($0.plan.service, $0) }) { first, _ in first }
        for (name, group) in groups where wanted[name] == nil { group.want(nil) }
        for service in services {
            let name = service.plan.service
            let group = groups[name] ?? ProcessGroup(name: name, supervision)
            groups[name] = group
            group.want(service)
        }
    }

    /// Stops all processes, at once and in parallel, and starts none any more. On the loop.
    ///
    /// Each is told to stop, and killed with its whole group when it has not within its own timeout, or by `deadline`.
    public func stopAll(by deadline: Instant) async {
        isStopping = true
        for group in groups.values { group.freeze() }
        let processes = groups.values.flatMap(\.processes)
        let remaining = Countdown(processes.count, loop: supervision.loop)
        for process in processes {
            supervision.loop.spawn(with: (process, remaining)) { process, remaining in
                await process.stop(by: deadline)
                remaining.countDown()
            }
        }
        await remaining.zero.wait(until: .never)
    }
}
