internal import HTTP

/// What one side of a WebSocket sends to the other: which of it may pass, and where it may be cut off.
///
///     passing -> cut      a Close frame of the gateway's own has taken the place of what follows
///        \-----> broken   what follows is no WebSocket
///
/// Nothing of what comes after either is passed on.
struct TunnelDirection {
    private var tracker: FrameTracker
    /// The bytes that were offered last were not all taken: the same have to be offered next, with nothing before them.
    private var isRetrying = false
    private var isCut = false
    /// Whether something came that is no WebSocket.
    private(set) var isBroken = false

    init(from sender: FrameTracker.Sender) {
        tracker = FrameTracker(sender)
    }

    /// Whether the sender has said that it closes.
    var hasClosed: Bool { tracker.hasClosed }

    /// Whether a Close frame may come next: between two frames, when the sender has not sent its own.
    var mayCut: Bool { tracker.isAtBoundary && !tracker.hasClosed && !isRetrying && !isCut }

    /// Takes note that a Close frame was put where it may be.
    mutating func cut() { isCut = true }

    /// Offers what may pass of `bytes`.
    /// - Parameter isClosing: whether to pass no more than what is left of the current frame.
    /// - Returns: how many of them are done with. Fewer than there are when the other side has no room for more, when the
    ///   current frame ends here, or when this direction broke.
    mutating func pass<Broken: Error>(
        _ bytes: Span<UInt8>, isClosing: Bool, offer: (Span<UInt8>) throws(Broken) -> Int
    ) throws(Broken) -> Int {
        if isCut || isBroken || (isClosing && isOver) {
            // Only whether a Close frame is among it matters any more.
            if !isBroken { _ = try? tracker.follow(bytes) }
            return bytes.count
        }
        var ahead = tracker
        guard let passing = try? ahead.follow(bytes, stopsAtBoundary: isClosing && !isRetrying) else {
            isBroken = true
            return 0
        }
        guard passing > 0 else { return 0 }
        let taken = try offer(bytes.extracting(first: passing))
        isRetrying = taken < passing
        if isRetrying { _ = try? tracker.follow(bytes.extracting(first: taken)) } else { tracker = ahead }
        return taken
    }

    /// The sender has closed, and its Close frame has passed.
    private var isOver: Bool { tracker.hasClosed && tracker.isAtBoundary && !isRetrying }
}
