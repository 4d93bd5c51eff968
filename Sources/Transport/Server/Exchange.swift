public import Bytes
public import HTTP
public import Reactor

/// How the body of a response is delimited towards the client.
public enum ResponseFraming: Equatable, Sendable {
    /// There is none: HEAD, 204, 304. Fields such as Content-Length go out as they are.
    case none
    /// Exactly this many bytes; Content-Length is written.
    case length(UInt64)
    /// Not known before the end: chunked, or until the connection closes for HTTP/1.0.
    case stream
}

/// Why a request is not one.
public enum RequestRefusal: Error, Equatable, Sendable {
    /// Its head or framing breaks HTTP or exceeds a limit.
    case malformed(H1Error)
    /// Its head did not arrive in time.
    case timedOut
    /// It expects what nobody knows (RFC 9110, section 10.1.1).
    case unknownExpectation
}

/// Why a request's body could not be read to its end.
public enum RequestBodyError: Error, Equatable, Sendable {
    /// The connection ended, or was too slow.
    case channel(ChannelError)
    /// The chunked coding is broken.
    case malformed(H1Error)
}

/// One request and its response, whatever protocol carries them. Handed to the server's handler, which reads the request,
/// sends a head, bytes and an end, and returns.
///
/// Exchanges are reused: a handler keeps none after it has returned. Confined to the connection's loop.
public final class Exchange {
    /// What changes during a request, kept in one cell.
    private struct State: ~Copyable {
        var requestTrailers: FieldBlock = FieldBlock()
        var responseTrailers: FieldBlock = FieldBlock()
        var refusal: RequestRefusal? = nil
        var startedAt: Instant = Instant(nanoseconds: 0)
        var requestFraming: BodyFraming = .none
        var isHeadSent: Bool = false
        var isEnded: Bool = false
        var bytesSent: UInt64 = 0
        var carrier: Carrier = .none
    }

    /// What brings the request and takes the response.
    enum Carrier {
        /// Nothing: the exchange rests.
        case none
        /// The connection, until the exchange ends.
        case h1(H1ServerConnection)
        /// One stream of a connection.
        case h2(H2Stream)
    }

    private let state = Cell(State())

    @usableFromInline let requestCell = Cell(RequestHead())
    @usableFromInline let responseCell = Cell(ResponseHead())

    /// The request's head.
    @inlinable
    public var request: RequestHead {
        _read { yield requestCell.value }
        _modify { yield &requestCell.value }
    }
    /// The response's head: filled by the handler, sent by `sendHead`.
    @inlinable
    public var response: ResponseHead {
        _read { yield responseCell.value }
        _modify { yield &responseCell.value }
    }
    /// Trailers of the request's body, complete when the body is.
    public var requestTrailers: FieldBlock {
        _read {
            if case .h2(let stream) = carrier { yield stream.trailers } else { yield state.value.requestTrailers }
        }
        _modify {
            if case .h2(let stream) = carrier {
                yield &stream.trailers
            } else {
                yield &state.value.requestTrailers
            }
        }
    }
    /// Trailers to send with `end`.
    public var responseTrailers: FieldBlock {
        _read { yield state.value.responseTrailers }
        _modify { yield &state.value.responseTrailers }
    }
    /// Why the request cannot be served at all. The handler answers accordingly, and the connection is closed.
    public internal(set) var refusal: RequestRefusal? {
        get { state.value.refusal }
        set { state.value.refusal = newValue }
    }
    /// When the head was complete.
    public internal(set) var startedAt: Instant {
        get { state.value.startedAt }
        set { state.value.startedAt = newValue }
    }
    /// How the request's body is delimited.
    public internal(set) var requestFraming: BodyFraming {
        get { state.value.requestFraming }
        set { state.value.requestFraming = newValue }
    }
    /// Whether a response head has been handed to the connection.
    public internal(set) var isHeadSent: Bool {
        get { state.value.isHeadSent }
        set { state.value.isHeadSent = newValue }
    }
    /// Whether the response is complete.
    public internal(set) var isEnded: Bool {
        get { state.value.isEnded }
        set { state.value.isEnded = newValue }
    }
    /// Bytes of response body accepted from the handler.
    public internal(set) var bytesSent: UInt64 {
        get { state.value.bytesSent }
        set { state.value.bytesSent = newValue }
    }

    var carrier: Carrier {
        get { state.value.carrier }
        set { state.value.carrier = newValue }
    }

    /// What every use of an exchange that rests comes to.
    private var isResting: Never { preconditionFailure("an exchange was used after its handler had returned") }

    /// An exchange with no connection, for a pool.
    public init() {}

    /// The connection's loop.
    public var loop: EventLoop { waiter.loop }

    /// Who waits for the client.
    private var waiter: Waiter {
        switch carrier {
        case .h1(let connection): connection.channel.watcher
        case .h2(let stream): stream.waiter
        case .none: isResting
        }
    }
    /// Who is at the other end of the connection.
    public var peer: SocketAddress {
        switch carrier {
        case .h1(let connection): connection.peer
        case .h2(let stream): stream.peer
        case .none: isResting
        }
    }
    /// How the connection is protected, nil when it is not.
    public var security: ChannelSecurity? {
        switch carrier {
        case .h1(let connection): connection.security
        case .h2(let stream): stream.security
        case .none: isResting
        }
    }
    /// Whether the request is for a host that has a certificate of its own, which the client has not seen: it came over a
    /// connection to another host (RFC 9113, section 9.1.1).
    public var isMisdirected: Bool {
        switch carrier {
        case .h1(let connection): connection.channel.isMisdirected(request)
        case .h2(let stream): stream.session.channel.isMisdirected(request)
        case .none: isResting
        }
    }

    /// Bytes of request body given to the handler.
    public var bytesReceived: UInt64 {
        switch carrier {
        case .h1(let connection): connection.body.consumed
        case .h2(let stream): stream.state.consumed
        case .none: isResting
        }
    }
    /// Whether the whole request body has arrived and been consumed.
    public var isBodyComplete: Bool {
        switch carrier {
        case .h1(let connection): connection.body.isComplete
        case .h2(let stream): stream.isBodyComplete
        case .none: isResting
        }
    }
    /// How many bytes the request's body has, when all of it is here and nothing of it has been consumed; else nil.
    public var untouchedBody: Int? {
        guard bytesReceived == 0, case .available(let count) = (try? pollBody()) ?? .needsInput else { return nil }
        switch (requestFraming, carrier) {
        case (.length(let length), _): return UInt64(count) == length ? count : nil
        case (_, .h2(let stream)): return stream.state.isInputEnded ? count : nil
        default: return nil
        }
    }
    /// Whether the client has left, as far as is known.
    public var isAbandoned: Bool { waiter.isHangup }

    /// Whether the connection was closed on this side: what is waited for on it will not come.
    public var isCut: Bool { waiter.isClosed }

    /// Whether nothing that is said can reach the client any more: its stream, or its connection, is closed.
    public var isUnreachable: Bool {
        switch carrier {
        case .h1(let connection): connection.channel.watcher.isClosed
        case .h2(let stream): stream.state.isClosed
        case .none: isResting
        }
    }

    /// Makes the client's departure interrupt waits on `upstream`; nil ends that.
    public func interruptOnDeparture(_ upstream: Waiter?) {
        waiter.interruptsOnHangup = upstream
        if isUnreachable { upstream?.interrupt() }
    }

    /// Ends a wait for the request's body: nobody wants it any more.
    public func interruptBody() {
        waiter.interrupt()
    }

    /// Lets the client pause this long, in what it sends and in what it takes, whatever the limits for bodies are: both bodies
    /// are streams of messages.
    public func allowPauses(of longest: Nanoseconds) {
        switch carrier {
        case .h1(let connection): connection.allowPauses(of: longest)
        case .h2(let stream): stream.allowPauses(of: longest)
        case .none: isResting
        }
    }

    /// Forgets an interruption that came when nobody waited.
    public func clearInterruption() {
        waiter.clearInterruption()
    }

    // MARK: Request body

    /// What of the body is here without waiting; `.needsInput` when some of it is still on its way.
    public func pollBody() throws(H1Error) -> RequestBodyProgress {
        switch carrier {
        case .h1(let connection): try connection.pollBody(self)
        case .h2(let stream): stream.pollBody()
        case .none: isResting
        }
    }

    /// Waits for the next bytes of the body. Asks the client for them if it waits for that (100-continue).
    /// - Returns: how many are there, 0 at the end.
    public func receiveBody() async throws(RequestBodyError) -> Int {
        switch carrier {
        case .h1(let connection): try await connection.receiveBody(self)
        case .h2(let stream): try await stream.receiveBody()
        case .none: isResting
        }
    }

    /// Waits until a body of known length is here as a whole, so that it can be taken more than once.
    public func gatherBody() async throws(RequestBodyError) {
        switch carrier {
        case .h1(let connection): try await connection.gatherBody()
        case .h2(let stream):
            if case .length(let length) = requestFraming { try await stream.gatherBody(of: length) }
        case .none: isResting
        }
    }

    /// Lends the bytes that `receiveBody` announced; the closure returns how many it is done with.
    public func takeBody<Result>(_ count: Int, _ body: (Span<UInt8>) -> (consumed: Int, Result)) -> Result {
        switch carrier {
        case .h1(let connection): connection.takeBody(count, body)
        case .h2(let stream): stream.take(count, body)
        case .none: isResting
        }
    }

    // MARK: Response

    /// Queues an informational response such as 103; nothing for HTTP/1.0 clients.
    public func sendInformational(_ head: borrowing ResponseHead) {
        switch carrier {
        case .h1(let connection): connection.sendInformational(head, to: self)
        case .h2(let stream): stream.sendInformational(head)
        case .none: isResting
        }
    }

    /// Queues the head in `response`.
    public func sendHead(_ framing: ResponseFraming) {
        precondition(!isHeadSent, "an exchange has one response")
        isHeadSent = true
        switch carrier {
        case .h1(let connection): connection.sendHead(self, framing)
        case .h2(let stream): stream.sendHead(response, framing)
        case .none: isResting
        }
    }

    /// Agrees to the WebSocket that the request asks for, with the fields in `response`. From here on the request's body is
    /// what the client sends and the response's what it gets, raw and without limits on their pace: whoever opens a tunnel
    /// ends it.
    /// - Parameter accept: the proof that the client's key was understood, for the protocols that want it.
    public func openTunnel(accept: Span<UInt8>) {
        precondition(!isHeadSent, "an exchange has one response")
        isHeadSent = true
        requestFraming = .untilClose
        switch carrier {
        case .h1(let connection): connection.openTunnel(self, accept: accept)
        case .h2(let stream): stream.openTunnel(response)
        case .none: isResting
        }
    }

    /// Offers bytes of the body; fewer taken than offered means: `drain()`, then offer the rest.
    public func offer(_ bytes: Span<UInt8>) throws(ChannelError) -> Int {
        let taken =
            switch carrier {
            case .h1(let connection): try connection.offer(bytes)
            case .h2(let stream): try stream.offer(bytes)
            case .none: isResting
            }
        bytesSent &+= UInt64(taken)
        return taken
    }

    /// Writes out what is queued, waiting for the client as its limits allow.
    public func drain() async throws(ChannelError) {
        switch carrier {
        case .h1(let connection): try await connection.drain()
        case .h2(let stream): try await stream.drain()
        case .none: isResting
        }
    }

    /// Ends the response; true when all of it could be written without waiting. Else `end` does the rest.
    public func endNow() -> Bool {
        switch carrier {
        case .h1(let connection): connection.endNow(self)
        case .h2(let stream): endNow(stream)
        case .none: isResting
        }
    }

    /// Ends the response and writes it out.
    public func end() async throws(ChannelError) {
        switch carrier {
        case .h1(let connection): try await connection.end(self)
        case .h2(let stream): if !endNow(stream) { throw .closed }
        case .none: isResting
        }
    }

    private func endNow(_ stream: H2Stream) -> Bool {
        guard stream.end(trailers: responseTrailers) else { return false }
        isEnded = true
        return true
    }

    /// Cuts the response short: it cannot be completed, and the client must not take it for complete.
    public func abort() {
        switch carrier {
        case .h1(let connection): connection.abort()
        case .h2(let stream): stream.reset(.internalError)
        case .none: isResting
        }
    }

    func reset() {
        request.reset()
        response.reset()
        requestTrailers.removeAll()
        responseTrailers.removeAll()
        refusal = nil
        requestFraming = .none
        isHeadSent = false
        isEnded = false
        bytesSent = 0
    }
}

/// What is here of a request's body.
public enum RequestBodyProgress: Equatable, Sendable {
    /// This many bytes can be taken.
    case available(Int)
    /// More is on its way.
    case needsInput
    /// That was all.
    case end
}
