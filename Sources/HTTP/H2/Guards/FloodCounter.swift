import Bytes

/// Counts what a peer does against an allowance.
///
/// What work has earned is spent first. The rest is kept in one word: the time until which what the peer did is paid for.
/// Each count moves that time forward by the time in which one more is allowed; it may lie a burst ahead of now.
struct FloodCounter {
    private var paidUntil: UInt64 = 0
    private var earned: UInt64 = 0
    private var workSeen: UInt64 = 0

    /// How many bursts can be saved up by work: answers to a long flight of small frames come all at once.
    static var mostBurstsEarned: UInt64 { 8 }

    /// Counts one.
    ///
    /// - Parameters:
    ///   - allowance: how often is allowed.
    ///   - work: the connection's work until now.
    /// - Returns: false when it is one too many.
    mutating func count(_ allowance: H2Allowance, work: UInt64, now: Instant) -> Bool {
        let (gain, overflow) = (work &- workSeen).multipliedReportingOverflow(by: UInt64(allowance.perWork))
        let most = UInt64(allowance.burst) * Self.mostBurstsEarned
        earned = overflow ? most : min(earned + min(gain, most), most)
        workSeen = work
        if earned > 0 {
            earned -= 1
            return true
        }
        let price = 1_000_000_000 / UInt64(allowance.perSecond)
        let ahead = paidUntil > now.nanoseconds ? paidUntil - now.nanoseconds : 0
        guard ahead <= UInt64(allowance.burst - 1) * price else { return false }
        paidUntil = now.nanoseconds &+ ahead &+ price
        return true
    }
}
