/// How much a peer may ask for that moves no message forward, before its connection ends with ENHANCE_YOUR_CALM.
///
/// Everything is counted against the work that the peer's frames did: a stream opened, a response ended, data moved. A
/// busy client may send many small frames, and one that sends nothing else soon may not.
public struct H2Limits: Hashable, Sendable {
    /// Streams that a client resets before their response has ended (CVE-2023-44487), and streams that we had to reset
    /// because it broke their rules (CVE-2025-8671). Four streams that ended well allow one more. Default 200, 20 per
    /// second: a browser that leaves two pages with a hundred open streams each stays below.
    public var resets = H2Allowance(burst: 200, perSecond: 20)
    /// Streams opened beyond `maxConcurrentStreams`, before or after a client has seen that setting. Default 1,000, 100
    /// per second.
    public var refusals = H2Allowance(burst: 1000, perSecond: 100)
    /// SETTINGS. Default 100, 5 per second: those who tune their window do so a few times.
    public var settings = H2Allowance(burst: 100, perSecond: 5)
    /// PING in either direction that we have not asked for. Default 200, 20 per second, and one for each unit of work: a
    /// gRPC client measures the way's bandwidth with one per flight of data.
    public var pings = H2Allowance(burst: 200, perSecond: 20, perWork: 1)
    /// PRIORITY and PRIORITY_UPDATE. Default 200, 20 per second, and eight for each unit of work.
    public var priorities = H2Allowance(burst: 200, perSecond: 20, perWork: 8)
    /// DATA that brings no byte and ends nothing. Default 100, 10 per second, and one for each unit of work.
    public var emptyFrames = H2Allowance(burst: 100, perSecond: 10, perWork: 1)
    /// WINDOW_UPDATE. Default 2,000, 200 per second, and four for each unit of work: one for the stream and one for the
    /// connection is what the simplest of clients answers to each frame. A frame that a tiny window cut short is no work.
    public var windowUpdates = H2Allowance(burst: 2000, perSecond: 200, perWork: 4)
    /// Frames of types that we do not know, which peers send to keep that possible. Default 100, 10 per second, and two
    /// for each unit of work.
    public var unknownFrames = H2Allowance(burst: 100, perSecond: 10, perWork: 2)
    /// Frames for streams that have ended, and GOAWAY. Default 2,000, 200 per second, and two for each unit of work; a
    /// stream that we reset counts for 512, because a window full of small messages may be under way for it.
    public var strayFrames = H2Allowance(burst: 2000, perSecond: 200, perWork: 2)

    /// CONTINUATION frames of one field block (CVE-2024-27316); default 8.
    public var continuations = 8
    /// Bytes of one field block that comes in several frames; default 64 KiB. A block within it whose fields exceed the
    /// limits of a head is answered with 431.
    public var fieldBlockBytes = 64 * 1024
    /// Streams whose work goes on here, ended or not, as a multiple of `maxConcurrentStreams`; default 2. Beyond it streams
    /// are refused: who resets its streams gets no more work out of it than who does not.
    public var workPerStream = 2
    /// Bytes of answers to SETTINGS, PING and the like that wait because the peer does not read; default 64 KiB.
    public var unreadAnswerBytes = 64 * 1024

    /// The defaults.
    public init() {}
}

/// How often something may happen: `burst` times at once, `perSecond` times in the long run, and `perWork` times more for
/// each unit of useful work, of which up to eight bursts can be saved.
public struct H2Allowance: Hashable, Sendable {
    /// How often at once, at least 1.
    public var burst: UInt32
    /// How often in each second, at least 1.
    public var perSecond: UInt32
    /// How often for each unit of useful work.
    public var perWork: UInt32

    /// - Parameters:
    ///   - burst: how often at once, at least 1.
    ///   - perSecond: how often in each second, at least 1.
    ///   - perWork: how often for each unit of useful work.
    public init(burst: UInt32, perSecond: UInt32, perWork: UInt32 = 0) {
        precondition(burst > 0 && perSecond > 0, "an allowance of nothing")
        self.burst = burst
        self.perSecond = perSecond
        self.perWork = perWork
    }
}
