/// One session of Engine.IO, as a value: what it has to say, over which transport, and for how long it may be silent.
///
///     polling --probe--> probing --upgrade--> webSocket
///        ^------------------/  (or its time passes)
///     any --> ended
///
/// The shell around it moves the packets and tells the time.
struct EngineSession: Sendable {
    private enum Phase: Hashable {
        case polling
        /// A WebSocket works; the client has still to say that it goes on there.
        case probing(until: Duration)
        case webSocket
        case ended(EngineEnd)
    }

    /// What a poll is answered with.
    enum PollAnswer: Hashable {
        case packets([EnginePacket])
        /// The session is gone.
        case refused
    }

    private let limits: SocketLimits
    private var phase: Phase
    private var queue: [EnginePacket] = []
    private var queuedBytes = 0
    private(set) var isPolling = false
    private(set) var isPosting = false
    /// When the client is asked next; or, when it was, until when it may answer.
    private var pingAt: Duration
    private var pongBy: Duration?

    /// - Parameters:
    ///   - id: the name of the session.
    ///   - isWebSocket: whether it begins over a WebSocket.
    init(id: String, isWebSocket: Bool, _ limits: SocketLimits, at now: Duration) {
        self.limits = limits
        phase = isWebSocket ? .webSocket : .polling
        pingAt = now + limits.pingInterval
        enqueue(
            .open([
                "sid": .string(id), "upgrades": isWebSocket ? [] : ["websocket"],
                "pingInterval": .integer(limits.pingInterval.milliseconds),
                "pingTimeout": .integer(limits.pingTimeout.milliseconds), "maxPayload": .integer(limits.payload),
            ]))
    }

    /// Why it has ended; nil while it has not.
    var end: EngineEnd? {
        if case .ended(let end) = phase { end } else { nil }
    }

    var isWebSocket: Bool { phase == .webSocket }

    /// Whether it has no WebSocket, and could get one.
    var isPollingOnly: Bool { phase == .polling }

    var isProbing: Bool {
        if case .probing = phase { true } else { false }
    }

    // MARK: Sending

    /// Queues a packet for the client. One that lets too much pile up is let go.
    mutating func enqueue(_ packet: EnginePacket) {
        guard end == nil else { return }
        let size = packet.size
        guard size <= limits.queue - queuedBytes else { return finish(.tooSlow) }
        queue.append(packet)
        queuedBytes += size
    }

    /// Takes what is queued, for the WebSocket; nothing while the session is not there.
    mutating func takeForWebSocket() -> [EnginePacket] {
        guard isWebSocket else { return [] }
        return take(queue.count)
    }

    private mutating func take(_ count: Int) -> [EnginePacket] {
        let packets = Array(queue.prefix(count))
        queue.removeFirst(packets.count)
        queuedBytes -= packets.reduce(0) { $0 + $1.size }
        return packets
    }

    // MARK: Long polling

    /// Begins a poll.
    ///
    /// - Returns: false when none may begin: the session is elsewhere, or a poll waits already, which ends the session.
    mutating func beginPoll() -> Bool {
        switch phase {
        case .webSocket, .ended: return false
        case .polling, .probing: break
        }
        guard !isPolling else {
            finish(.overlap)
            return false
        }
        isPolling = true
        return true
    }

    /// Whether a poll that waits can be answered.
    var isPollReady: Bool { phase != .polling || !queue.isEmpty }

    /// Ends the poll that waits.
    mutating func endPoll() -> PollAnswer {
        isPolling = false
        switch phase {
        case .polling, .probing, .webSocket:
            // Over the WebSocket goes what comes from now on.
            let packets = isWebSocket ? [] : take(EnginePayload.mostSent)
            return .packets(packets.isEmpty ? [.noop] : packets)
        case .ended(.clientClosed): return .packets([.noop])
        // A client that is told to close stays away; one that is refused comes back, with a new token or to another process.
        case .ended(.stopping), .ended(.expired): return .refused
        case .ended: return .packets(take(EnginePayload.mostSent - 1) + [.close])
        }
    }

    /// Begins to take what a client posts.
    ///
    /// - Returns: false when it may not: the session is elsewhere, or is taking something else, which ends it.
    mutating func beginPost() -> Bool {
        guard end == nil, !isWebSocket else { return false }
        guard !isPosting else {
            finish(.overlap)
            return false
        }
        isPosting = true
        return true
    }

    /// Has taken what was posted.
    mutating func endPost() { isPosting = false }

    // MARK: Changing to a WebSocket

    /// A WebSocket was tried and works.
    ///
    /// - Returns: false when the session does not wait for one.
    mutating func beginProbe(at now: Duration) -> Bool {
        guard phase == .polling else { return false }
        phase = .probing(until: now + limits.upgradeTimeout)
        return true
    }

    /// The session goes on over the WebSocket.
    ///
    /// - Returns: false when it is too late.
    mutating func upgrade() -> Bool {
        guard isProbing else { return false }
        phase = .webSocket
        return true
    }

    /// The WebSocket that was tried is gone.
    mutating func endProbe() {
        if isProbing { phase = .polling }
    }

    // MARK: Receiving

    /// Takes a packet from the client.
    ///
    /// - Returns: the message, if it is one.
    mutating func receive(_ packet: EnginePacket, at now: Duration) -> String? {
        guard end == nil else { return nil }
        switch packet {
        case .message(let text): return text
        case .pong:
            if pongBy != nil { pingAt = now + limits.pingInterval }
            pongBy = nil
        case .noop: break
        case .close: finish(.clientClosed)
        // These belong to the handshake and to the change of the transport.
        case .open, .ping, .upgrade: finish(.malformed)
        }
        return nil
    }

    /// Looks whether a time has passed.
    mutating func tick(at now: Duration) {
        if case .probing(let until) = phase, now >= until { phase = .polling }
        if let pongBy {
            if now >= pongBy { finish(.timedOut) }
        } else if now >= pingAt {
            pongBy = now + limits.pingTimeout
            enqueue(.ping(""))
        }
    }

    /// Ends the session. The first reason counts.
    mutating func finish(_ reason: EngineEnd) {
        guard end == nil else { return }
        phase = .ended(reason)
    }
}

/// Why a session has ended.
enum EngineEnd: String, Hashable, Sendable {
    /// The client said so.
    case clientClosed = "client closed"
    /// The connection of the client is gone.
    case connectionLost = "connection lost"
    /// The client did not answer.
    case timedOut = "timed out"
    /// The client did not say in time who it is.
    case notConnected = "not connected"
    /// The client was too slow in taking what was sent.
    case tooSlow = "too slow"
    /// The client sent what is no packet, or not one for now.
    case malformed = "malformed"
    /// The client sent something binary.
    case binary = "binary"
    /// The client sent two requests at once.
    case overlap = "overlap"
    /// The token of the client is not good any more.
    case expired = "expired"
    /// The service stops.
    case stopping = "stopping"

    /// - Parameter error: what was wrong with what the client sent.
    init(_ error: EngineError) {
        switch error {
        case .binary: self = .binary
        case .malformed, .tooMany: self = .malformed
        }
    }
}

extension EnginePacket {
    /// About how many bytes of a queue it takes.
    fileprivate var size: Int {
        switch self {
        case .message(let text), .ping(let text), .pong(let text): text.utf8.count + 32
        case .open: 256
        case .close, .upgrade, .noop: 32
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
