import Bytes

/// Counts the streams that ended by a reset which the client caused, whoever sent it: what they cost us is the same
/// (CVE-2023-44487, CVE-2025-8671).
///
/// Only streams that ended well make up for them. Streams that were merely opened do not, for that is what the attack does.
struct ResetGuard {
    private let allowance: H2Allowance
    private var counter = FloodCounter()
    private var ended: UInt64 = 0

    /// Streams that end well for each more that may be reset.
    private static var endsPerReset: UInt64 { 4 }

    init(_ allowance: H2Allowance) {
        self.allowance = H2Allowance(burst: allowance.burst, perSecond: allowance.perSecond, perWork: 1)
    }

    /// A stream ended well.
    @inline(__always)
    mutating func didEndStream() { ended &+= 1 }

    /// Counts a reset; false when it is one too many.
    mutating func count(now: Instant) -> Bool {
        counter.count(allowance, work: ended / Self.endsPerReset, now: now)
    }
}
