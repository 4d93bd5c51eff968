/// What active checks say of an endpoint.
public enum HealthState: UInt8, Hashable, Sendable {
    /// No check ended yet.
    case unknown
    /// It may be used.
    case up
    /// It may not.
    case down
}

/// Turns single check results into a state that does not flip on every one of them.
///
/// ```
///              the first check passed
///  +---------+ -----------------------------> +----+ <--+
///  | unknown |                                | up |    | `rise` passed in a row,
///  +---------+ -----------> +------+ <------- +----+    | or one if it was not up since it started
///   the first check failed  | down |  `fall` failed     |
///                           +------+  in a row ---------+
/// ```
public struct HealthThresholds: Hashable, Sendable {
    /// Failed checks in a row that take the endpoint down.
    public var fall: Int
    /// Passed checks in a row that bring it up.
    public var rise: Int
    /// The state so far.
    public private(set) var state: HealthState
    /// Results in a row that speak against the state.
    private var streak = 0
    /// Whether one passed check is enough: the endpoint has just started.
    private var isStarting = true

    /// - Parameters:
    ///   - fall: failed checks in a row that take the endpoint down.
    ///   - rise: passed checks in a row that bring it up.
    ///   - state: the state to start in.
    public init(fall: Int, rise: Int, state: HealthState = .unknown) {
        self.fall = fall
        self.rise = rise
        self.state = state
    }

    /// Counts the result of a check.
    ///
    /// - Returns: the new state if it changed.
    public mutating func record(passed: Bool) -> HealthState? {
        switch (state, passed) {
        case (.up, true), (.down, false):
            streak = 0
            return nil
        case (.unknown, _):
            return enter(passed ? .up : .down)
        case (.down, true):
            streak += 1
            return isStarting || streak >= rise ? enter(.up) : nil
        case (.up, false):
            streak += 1
            return streak >= fall ? enter(.down) : nil
        }
    }

    /// Takes the endpoint down at once: its process ended. One passed check of the next process brings it up.
    ///
    /// - Returns: the new state if it changed.
    public mutating func crash() -> HealthState? {
        let change = state == .down ? nil : enter(.down)
        isStarting = true
        return change
    }

    private mutating func enter(_ next: HealthState) -> HealthState {
        state = next
        streak = 0
        if next == .up { isStarting = false }
        return next
    }
}
