import Bytes

/// Counts what a peer does against an allowance, in one word and a half: the time until which what it did is paid for.
///
/// Each count moves that time forward by the time in which one more is allowed, each unit of work back; it may lie a burst
/// ahead of now.
struct FloodCounter {
    private var paidUntil: UInt64 = 0
    private var workSeen: UInt64 = 0

    /// Counts one.
    ///
    /// - Parameters:
    ///   - allowance: how often is allowed.
    ///   - work: the connection's work until now.
    /// - Returns: false when it is one too many.
    mutating func count(_ allowance: H2Allowance, work: UInt64, now: Instant) -> Bool {
        let price = 1_000_000_000 / UInt64(allowance.perSecond)
        let (earned, overflow) = ((work &- workSeen) &* UInt64(allowance.perWork)).multipliedReportingOverflow(
            by: price)
        workSeen = work
        let ahead = paidUntil > now.nanoseconds ? paidUntil - now.nanoseconds : 0
        let due = overflow || earned >= ahead ? 0 : ahead - earned
        guard due <= UInt64(allowance.burst - 1) * price else {
            paidUntil = now.nanoseconds &+ due
            return false
        }
        paidUntil = now.nanoseconds &+ due &+ price
        return true
    }
}
