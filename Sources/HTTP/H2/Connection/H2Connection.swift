public import Bytes

/// One HTTP/2 connection as a state machine (RFC 9113): bytes in, events and bytes out, no input or output of its own.
///
/// ```
///   input --> receive --> H2Event           (what a frame means to the owner)
///                |
///                +------> output            (SETTINGS and PING answers, WINDOW_UPDATE, RST_STREAM, GOAWAY)
///   send... ------------> output            (HEADERS, DATA: as much as the windows allow)
/// ```
///
/// The owner keeps one stream object per ``H2Slot``, flushes `output` after each batch of calls, and calls ``forget(_:to:)``
/// when a stream's work has ended. Invariants: nothing that a peer sends traps; memory is bounded by the limits; what is
/// in the windows, the compression tables and the slots is right after every call, thrown errors included.
public struct H2Connection: ~Copyable {
    /// Which side of the connection this is.
    public enum Role: Sendable {
        /// The side that takes requests.
        case server
        /// The side that makes them.
        case client
    }

    /// How far the connection is.
    enum Phase {
        /// Server: the client's preface is to come (RFC 9113 section 3.4).
        case preface
        /// The peer's first SETTINGS are to come.
        case settings
        case open
        /// A connection error was found. Nothing is looked at any more.
        case failed
    }

    /// The head of the last ``H2Event/head(_:isEnd:)`` of a server. To keep it, swap it for another.
    public var requestHead = RequestHead()
    /// The head of the last ``H2Event/head(_:isEnd:)`` of a client. To keep it, swap it for another.
    public var responseHead = ResponseHead()
    /// The fields of the last ``H2Event/trailers(_:)``.
    public var trailers = FieldBlock()

    /// Bytes that wait to be sent and are not in the `output` that ``receive(_:now:output:)`` is given: told by an owner who
    /// takes its bytes away to queue them elsewhere.
    public var pendingOutput = 0

    let role: Role
    let settings: H2Settings
    let limits: H2Limits
    var phase: Phase
    var peer = PeerSettings()
    var reader: H2HeadReader
    var writer = H2HeadWriter()
    var assembly = HeaderBlockAssembly()
    var guards: FloodGuards
    var backlog = AnswerBacklog()
    /// Bytes of data that were ever sent.
    var dataSent: UInt64 = 0

    var streams = StreamTable()
    var resetStreams = ResetStreams()
    var sendWindow = FlowWindow()
    var receiveWindow: ReceiveWindow
    /// The receive window of a new stream: ours once the peer has acknowledged it (RFC 9113 section 6.9.2).
    var streamWindow = FlowWindow.start

    /// Server: the highest identifier that the client used.
    var lastPeerStream: UInt32 = 0
    /// Server: identifiers that the client passed over last.
    var passedOver: Range<UInt32> = 0..<0
    /// Client: the next identifier to use.
    var nextStream: UInt32 = 1
    /// Client: whether a stream was opened whose request was not sent yet. There is one at a time, so that identifiers rise
    /// on the wire.
    var hasUnsentRequest = false
    /// Client: the highest identifier that HEADERS were sent for.
    var lastSentStream: UInt32 = 0
    /// The last stream that the peer's GOAWAY leaves to be answered; nil before one.
    var peerLastStream: UInt32?
    /// Whether GOAWAY was sent that refuses later streams.
    var refusesStreams = false
    /// The last stream that is served, since that has been said.
    var lastServedStream: UInt32?
    /// Whether GOAWAY was sent that only announces the end.
    var hasAnnouncedEnd = false
    /// What our PING that was not answered holds.
    var pingData: UInt64?

    /// - Parameters:
    ///   - role: which side this is.
    ///   - settings: what to announce.
    ///   - limits: what to bear.
    ///   - headLimits: what a head may take.
    public init(role: Role, settings: H2Settings, limits: H2Limits, headLimits: HeadLimits) {
        precondition(settings.isValid, "settings that no peer would take")
        self.role = role
        self.settings = settings
        self.limits = limits
        phase = role == .server ? .preface : .settings
        reader = H2HeadReader(limits: headLimits, tableSize: H2Settings.headerTableSize)
        guards = FloodGuards(limits)
        receiveWindow = ReceiveWindow(Int(settings.connectionWindow))
    }

    /// The client's first bytes (RFC 9113 section 3.4).
    static var preface: StaticString { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" }

    /// Appends what each side says first, unasked: the preface, SETTINGS, and what the connection's window has above its
    /// first 65,535 bytes.
    public mutating func start(to output: inout ByteBuffer) {
        if role == .client { output.append(Self.preface) }
        settings.write(as: role, to: &output)
        let more = Int(settings.connectionWindow) - FlowWindow.start
        if more > 0 { FrameWriter.windowUpdate(more, stream: 0, to: &output) }
    }

    /// Slots that are taken: streams whose work goes on here, whether or not they have ended on the wire.
    public var openStreams: Int { streams.takenCount }

    /// Whether a field block has begun of which frames are still to come.
    public var isInFieldBlock: Bool { assembly.opening != nil }

    /// Whether either side has said that it takes no new streams.
    public var isGoingAway: Bool { hasAnnouncedEnd || refusesStreams || peerLastStream != nil }

    /// Whether the peer takes WebSockets over HTTP/2 (RFC 8441).
    public var peerEnablesConnectProtocol: Bool { peer.enablesConnectProtocol }
}
