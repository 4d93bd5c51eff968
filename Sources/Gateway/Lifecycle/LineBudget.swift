internal import Bytes

/// How many lines a second may be logged of what others can cause at will: an attack shall be seen in the log and not fill
/// it.
struct LineBudget {
    private static let second = Nanoseconds(1_000_000_000)

    private let linesPerSecond: Int
    private var left = 0
    private var windowEnd = Instant(nanoseconds: 0)
    private var unsaid = 0

    init(linesPerSecond: Int) {
        self.linesPerSecond = linesPerSecond
    }

    /// Takes a line: returns how many before it went unsaid, or nil when it does so too.
    mutating func take(at now: Instant) -> Int? {
        if now >= windowEnd {
            windowEnd = now + Self.second
            left = linesPerSecond
        }
        guard left > 0 else {
            unsaid += 1
            return nil
        }
        left -= 1
        defer { unsaid = 0 }
        return unsaid
    }
}
