import Bytes
import Reactor
import Telemetry

/// Runs the jobs of a service, each in a task of its own, on one event loop, to whose thread it belongs.
final class JobRunner {
    private let loop: EventLoop
    private let logger: Logger
    private var timetables: [Timetable] = []
    private var running = 0
    private var isStopping = false
    private let ended: Sleeper

    /// When a job runs next.
    private final class Timetable {
        let sleeper: Sleeper
        var due = Instant.never

        init(loop: EventLoop) { sleeper = Sleeper(loop: loop) }

        func bringForward(to time: Instant) {
            due = min(due, time)
            sleeper.wake()
        }
    }

    /// - Parameters:
    ///   - loop: where jobs run.
    ///   - logger: for what fails.
    init(on loop: EventLoop, logger: Logger) {
        self.loop = loop
        self.logger = logger
        ended = Sleeper(loop: loop)
    }

    /// Starts all jobs; each runs at once for the first time.
    func run(_ jobs: Jobs) {
        for job in jobs.all {
            let timetable = Timetable(loop: loop)
            timetables.append(timetable)
            let bound = LoopBound(timetable, to: loop)
            jobs.onWake(job.name) { delay in
                bound.perform { $0.bringForward(to: bound.loop.now + Duration.seconds(delay).nanoseconds) }
            }
            running += 1
            loop.spawn(with: (self, timetable)) { runner, timetable in await runner.repeat(job, timetable) }
        }
    }

    /// Starts no more runs, and waits for those that go on.
    ///
    /// - Returns: how many jobs were still at work when `patience` was over.
    func stop(patience: Nanoseconds) async -> Int {
        isStopping = true
        for timetable in timetables { timetable.sleeper.wake() }
        let deadline = loop.now + patience
        while running > 0, await ended.sleep(until: deadline) == .ready {}
        return running
    }

    private func `repeat`(_ job: Jobs.Job, _ timetable: Timetable) async {
        var lastError: String?
        while !isStopping {
            // What wakes it while it runs may have come too late for this run.
            timetable.due = .never
            let error = await failure(of: job)
            // A job that fails all night is one line, not thousands.
            if let error, error != lastError {
                logger.error("a job failed", ["job": .string(job.name), "error": .string(error)])
            } else if error == nil, lastError != nil {
                logger.info("a job works again", ["job": .string(job.name)])
            }
            lastError = error
            timetable.due = min(timetable.due, loop.now + Duration.seconds(job.interval).nanoseconds)
            while !isStopping, timetable.due > loop.now { _ = await timetable.sleeper.sleep(until: timetable.due) }
        }
        running -= 1
        if running == 0 { ended.wake() }
    }

    private func failure(of job: Jobs.Job) async -> String? {
        do {
            try await job.run()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
