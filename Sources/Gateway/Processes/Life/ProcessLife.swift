import Bytes
import Reactor

/// The life of one instance as pure decisions; `SupervisedProcess` does what they say.
///
/// ```
///  +----------+  started   +---------+  exited, and   +------------+
///  | starting | ---------> | running | -------------> | backingOff |
///  +----------+            +---------+  is restarted  +------------+
///    ^   |  failed to start     |  |                     |    |
///    |   +----------------------|--|-------------------->+    | stop
///    +--------------------------|--|---------- due ------+    |
///                          stop |  | exited for good          v
///                      +----------+|      exited         +---------+
///                      | stopping |+-------------------> | stopped |
///                      +----------+--------------------> +---------+
/// ```
struct ProcessLife: Sendable {
    enum State: Hashable, Sendable {
        case starting
        case running(pid: Int32)
        case backingOff(until: Instant)
        case stopping(pid: Int32)
        case stopped
    }

    /// What is to be done next.
    enum Step: Hashable, Sendable {
        /// Start the process.
        case start
        /// Wait, unless it is to stop.
        case pause(until: Instant)
        /// Nothing more: it is over.
        case finish
    }

    /// What is to be done so that it stops.
    enum StopStep: Hashable, Sendable {
        /// Tell the process.
        case terminate
        /// End the pause.
        case wake
        /// Wait: it is stopping, or has stopped.
        case wait
    }

    private(set) var state = State.starting
    /// How many times it was started again.
    private(set) var restarts: Int
    /// How many ends, or starts that failed, came in a row without the process running well.
    private(set) var earlyExits = 0
    /// What happens when it exits.
    var restart: ProcessDefinition.Restart
    private let backoff: RestartBackoff
    private var startedAt = Instant(nanoseconds: 0)

    init(restart: ProcessDefinition.Restart, backoff: RestartBackoff, restarts: Int = 0) {
        self.restart = restart
        self.backoff = backoff
        self.restarts = restarts
    }

    /// Whether it keeps ending soon after its start.
    var isCrashLooping: Bool { earlyExits >= backoff.crashLoop }

    /// Its process id while there is a process.
    var pid: Int32? {
        switch state {
        case .running(let pid), .stopping(let pid): pid
        case .starting, .backingOff, .stopped: nil
        }
    }

    /// Whether it was told to stop, or is over.
    var isEnding: Bool {
        switch state {
        case .stopping, .stopped: true
        case .starting, .running, .backingOff: false
        }
    }

    /// The first step.
    func begin() -> Step { state == .starting ? .start : .finish }

    /// The process was started.
    mutating func started(pid: Int32, now: Instant) {
        state = .running(pid: pid)
        startedAt = now
    }

    /// It has run for as long as a process that works well.
    mutating func ranWell() { earlyExits = 0 }

    /// The process could not be started.
    mutating func failedToStart(now: Instant) -> Step { end(isSuccess: false, now: now) }

    /// The process ended.
    mutating func exited(_ status: ExitStatus, now: Instant) -> Step {
        if case .stopping = state {
            state = .stopped
            return .finish
        }
        if now - startedAt >= backoff.wellAfter { earlyExits = 0 }
        return end(isSuccess: status == .code(0), now: now)
    }

    /// The pause is over, or was ended.
    mutating func resume() -> Step {
        guard case .backingOff = state else { return .finish }
        state = .starting
        restarts += 1
        return .start
    }

    /// It is to stop.
    mutating func stop() -> StopStep {
        switch state {
        case .running(let pid):
            state = .stopping(pid: pid)
            return .terminate
        case .starting, .backingOff:
            state = .stopped
            return .wake
        case .stopping, .stopped: return .wait
        }
    }

    private mutating func end(isSuccess: Bool, now: Instant) -> Step {
        guard restart == .always || restart == .onFailure && !isSuccess else {
            state = .stopped
            return .finish
        }
        let until = now + backoff.delay(afterEarlier: earlyExits)
        earlyExits += 1
        state = .backingOff(until: until)
        return .pause(until: until)
    }
}
