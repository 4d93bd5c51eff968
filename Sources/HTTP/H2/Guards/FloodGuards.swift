import Bytes

/// What the peer does that moves no message forward, each kind counted for itself against the work that was done.
struct FloodGuards {
    private let limits: H2Limits
    /// Streams opened, and frames of data that came or went whole.
    private var work: UInt64 = 0
    /// Streams reset from here, and how much work each counts for when frames come for streams that have ended.
    private var resetsSent: UInt64 = 0
    private static var workPerReset: UInt64 { 512 }
    private var resets: ResetGuard
    private var refusals = FloodCounter()
    private var settings = FloodCounter()
    private var pings = FloodCounter()
    private var priorities = FloodCounter()
    private var emptyFrames = FloodCounter()
    private var windowUpdates = FloodCounter()
    private var unknownFrames = FloodCounter()
    private var strayFrames = FloodCounter()

    init(_ limits: H2Limits) {
        self.limits = limits
        resets = ResetGuard(limits.resets)
    }

    /// A stream was opened, or data came or went.
    @inline(__always)
    mutating func didWork() { work &+= 1 }

    /// A stream was reset from here, and some of its frames may be under way.
    mutating func didSendReset() { resetsSent &+= 1 }

    /// A stream ended as it should.
    @inline(__always)
    mutating func didEndStream() { resets.didEndStream() }

    /// The peer reset a stream before its end.
    mutating func countReset(now: Instant) throws(H2Failure) {
        guard resets.count(now: now) else { throw .calm(.rapidReset) }
    }

    /// A stream had to be reset because of what the peer did.
    mutating func countForcedReset(now: Instant) throws(H2Failure) {
        guard resets.count(now: now) else { throw .calm(.madeYouReset) }
    }

    /// A stream was refused.
    mutating func countRefusal(now: Instant) throws(H2Failure) {
        guard refusals.count(limits.refusals, work: work, now: now) else { throw .calm(.refusedStreams) }
    }

    /// SETTINGS came, or an acknowledgement.
    mutating func countSettings(now: Instant) throws(H2Failure) {
        guard settings.count(limits.settings, work: work, now: now) else { throw .calm(.settingsFlood) }
    }

    /// PING came, or an answer to none.
    mutating func countPing(now: Instant) throws(H2Failure) {
        guard pings.count(limits.pings, work: work, now: now) else { throw .calm(.pingFlood) }
    }

    /// PRIORITY or PRIORITY_UPDATE came.
    mutating func countPriority(now: Instant) throws(H2Failure) {
        guard priorities.count(limits.priorities, work: work, now: now) else { throw .calm(.priorityFlood) }
    }

    /// DATA came with nothing in it.
    mutating func countEmptyFrame(now: Instant) throws(H2Failure) {
        guard emptyFrames.count(limits.emptyFrames, work: work, now: now) else { throw .calm(.emptyFrameFlood) }
    }

    /// WINDOW_UPDATE came.
    mutating func countWindowUpdate(now: Instant) throws(H2Failure) {
        guard windowUpdates.count(limits.windowUpdates, work: work, now: now) else {
            throw .calm(.windowUpdateFlood)
        }
    }

    /// A frame of an unknown type came.
    mutating func countUnknownFrame(now: Instant) throws(H2Failure) {
        guard unknownFrames.count(limits.unknownFrames, work: work, now: now) else {
            throw .calm(.unknownFrameFlood)
        }
    }

    /// A frame came for a stream that has ended, or GOAWAY.
    mutating func countStrayFrame(now: Instant) throws(H2Failure) {
        let work = work &+ resetsSent &* Self.workPerReset
        guard strayFrames.count(limits.strayFrames, work: work, now: now) else { throw .calm(.strayFrameFlood) }
    }
}
