import Bytes
import Reactor
import Telemetry

/// A service that processes of ours serve.
public struct SupervisedService: Sendable {
    /// The service at run time; endpoints of processes come and go there.
    public let service: Service
    /// How its processes are run.
    public let plan: ProcessPlan

    /// - Parameters:
    ///   - service: the service at run time.
    ///   - plan: how its processes are run.
    public init(service: Service, plan: ProcessPlan) {
        self.service = service
        self.plan = plan
    }

    func matches(_ process: SupervisedProcess) -> Bool {
        process.service === service && process.plan.runsTheSame(as: plan)
    }
}

/// The instances of one service: brings those that run in line with those that are wanted.
///
/// Missing instances start at once and surplus ones go at once; those whose definition changed are replaced one after the
/// other, so that most of them serve all the time.
final class ProcessGroup {
    private let name: String
    private let supervision: Supervision
    private var target: SupervisedService?
    private var instances: [Int: SupervisedProcess] = [:]
    private var retiring: [SupervisedProcess] = []
    private var generations: [Int: Int] = [:]
    private var isRolling = false

    init(name: String, _ supervision: Supervision) {
        self.name = name
        self.supervision = supervision
    }

    /// Everything that runs or is about to go.
    var processes: [SupervisedProcess] { Array(instances.values) + retiring }

    /// Whether nothing is wanted and nothing is left.
    var isOver: Bool { target == nil && instances.isEmpty && retiring.isEmpty }

    /// Wants `target` from now on; nothing when nil.
    func want(_ target: SupervisedService?) {
        self.target = target
        let count = target?.plan.definition.instances ?? 0
        for number in instances.keys.sorted() where number >= count {
            if let process = instances.removeValue(forKey: number) { retire(process) }
            supervision.board.remove(number, of: name)
        }
        guard let target else { return }
        for (_, process) in instances where target.matches(process) { process.adopt(target.plan) }
        for number in 0..<count where instances[number] == nil { start(number, target) }
        if !isRolling, nextToReplace != nil {
            isRolling = true
            supervision.loop.spawn(with: self) { await $0.roll() }
        }
    }

    /// Starts nothing more.
    func freeze() { target = nil }

    private var nextToReplace: (number: Int, process: SupervisedProcess, target: SupervisedService)? {
        guard let target else { return nil }
        let outdated = instances.filter { !target.matches($0.value) }
        return outdated.min { $0.key < $1.key }.map { ($0.key, $0.value, target) }
    }

    private func roll() async {
        while let (number, old, target) = nextToReplace {
            // On a fixed port there is no room for two: the new one waits for the old one to be gone.
            let port = target.plan.fixedPort(of: number)
            let isInTheWay = port != nil && port == old.plan.fixedPort(of: old.instance)
            if isInTheWay { retire(old) }
            let new = start(number, target, restarts: old.restarts)
            let isServing = await new.waitUntilServing(timeout: supervision.settings.replacementTimeout)
            if !isServing, !new.isRetiring {
                supervision.log.logger.warning(
                    "replacement does not serve, the old process stops nevertheless", ["process": .string(new.name)])
            }
            if !isInTheWay { retire(old) }
        }
        isRolling = false
    }

    @discardableResult
    private func start(_ number: Int, _ target: SupervisedService, restarts: Int = 0) -> SupervisedProcess {
        let port = target.plan.fixedPort(of: number)
        let predecessors = retiring.filter { port != nil && $0.plan.fixedPort(of: $0.instance) == port }
        let process = SupervisedProcess(
            target, instance: number, generation: generations[number, default: 0], after: predecessors,
            restarts: restarts, supervision)
        generations[number, default: 0] += 1
        instances[number] = process
        supervision.loop.spawn(with: process) { await $0.run() }
        return process
    }

    private func retire(_ process: SupervisedProcess) {
        retiring.append(process)
        supervision.loop.spawn(with: (self, process)) { group, process in
            await process.retire()
            group.retiring.removeAll { $0 === process }
        }
    }
}
