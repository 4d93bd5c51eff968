public import Bytes
public import HTTP
public import Reactor

/// One request to an upstream and its response, whatever protocol carries them: the counterpart of `Exchange` on the other
/// side of the gateway. It comes from a `ConnectionPool` and goes back there.
///
/// A request is begun, offered and ended; its response's head is received, then its body polled and taken. Both may
/// overlap. Nothing here waits but `drain`, `endRequest` and the `receive` functions. Confined to its loop.
public enum UpstreamExchange {
    /// A connection of its own, for as long as the exchange lasts.
    case h1(H1ClientConnection)
    /// One stream of a connection.
    case h2(H2Stream)

    /// Who waits for the upstream: to be interrupted when the client leaves.
    public var waiter: Waiter {
        switch self {
        case .h1(let connection): connection.watcher
        case .h2(let stream): stream.waiter
        }
    }

    /// Has what carries it served a request before, and brought nothing since? Then a failure before any byte of the response
    /// may only mean that the upstream closed it meanwhile.
    public var isReused: Bool {
        switch self {
        case .h1(let connection): connection.isReused
        case .h2(let stream): stream.isReused
        }
    }

    /// Whether the upstream may have seen anything of the request.
    public var hasWritten: Bool {
        switch self {
        case .h1(let connection): connection.hasWritten
        case .h2(let stream): stream.hasWritten
        }
    }

    // MARK: Request

    /// Queues a request's head.
    /// - Parameters:
    ///   - head: its method, authority and fields, which must be those of this hop.
    ///   - framing: how the body is delimited that is offered from here on.
    ///   - writeTarget: appends path and query, as the upstream is to see them.
    public func begin(_ head: borrowing RequestHead, framing: BodyFraming, writeTarget: (inout ByteBuffer) -> Void) {
        switch self {
        case .h1(let connection):
            connection.begin(isChunked: framing == .chunked) { buffer in
                H1Writer.startRequest(head, to: &buffer, writeTarget: writeTarget)
                H1Writer.fields(head.fields, to: &buffer)
                if framing == .chunked { buffer.append("transfer-encoding: chunked\r\n") }
                H1Writer.endOfFields(to: &buffer)
            }
        case .h2(let stream): stream.begin(head, isEnd: framing == .none, writeTarget: writeTarget)
        }
    }

    /// Queues the head of a request for a WebSocket. What is offered and received after the upstream has agreed is raw.
    /// - Parameters:
    ///   - head: a GET with the extended protocol `websocket`; its fields, those of this hop, are without a key.
    ///   - key: the challenge, for the protocols that want one.
    ///   - writeTarget: appends path and query, as the upstream is to see them.
    public func beginTunnel(
        _ head: borrowing RequestHead, key: Span<UInt8>, writeTarget: (inout ByteBuffer) -> Void
    ) throws(UpstreamError) {
        switch self {
        case .h1(let connection):
            connection.beginTunnel { buffer in
                H1Writer.startRequest(head, to: &buffer, writeTarget: writeTarget)
                H1Writer.fields(head.fields, to: &buffer)
                H1Writer.webSocketUpgrade(to: &buffer)
                buffer.append("sec-websocket-key: ")
                buffer.append(key)
                buffer.append("\r\n")
                H1Writer.endOfFields(to: &buffer)
            }
        case .h2(let stream): try stream.beginTunnel(head, writeTarget: writeTarget)
        }
    }

    /// Whether the upstream has agreed to the WebSocket that was asked for: its head says so, and what follows is raw.
    public var isTunnel: Bool {
        switch self {
        case .h1(let connection): connection.isTunnel
        case .h2(let stream): stream.isTunnel
        }
    }

    /// Offers bytes of the request's body; fewer taken than offered means: `drain`, then offer the rest.
    public func offer(_ bytes: Span<UInt8>) throws(UpstreamError) -> Int {
        switch self {
        case .h1(let connection): try connection.offer(bytes)
        case .h2(let stream): try stream.offerRequest(bytes)
        }
    }

    /// Writes out what is queued.
    public func drain(until deadline: Instant) async throws(UpstreamError) {
        switch self {
        case .h1(let connection): try await connection.drain(until: deadline)
        case .h2(let stream): try await stream.drain(until: deadline)
        }
    }

    /// Ends the request; true when all of it could be written without waiting. Else `endRequest` does the rest.
    public func endRequestNow(trailers: borrowing FieldBlock) -> Bool {
        switch self {
        case .h1(let connection): connection.endRequestNow(trailers: trailers)
        case .h2(let stream): (try? stream.endRequest(trailers: trailers)) != nil
        }
    }

    /// Ends the request and writes out what is queued.
    public func endRequest(trailers: borrowing FieldBlock, until deadline: Instant) async throws(UpstreamError) {
        switch self {
        case .h1(let connection): try await connection.endRequest(trailers: trailers, until: deadline)
        case .h2(let stream): try stream.endRequest(trailers: trailers)
        }
    }

    // MARK: Response

    /// Reads the next response head into `head`, an informational one too.
    /// - Parameter method: of the request, which decides whether a body follows.
    public func receiveHead(
        into head: inout ResponseHead, method: Method, until deadline: Instant
    ) async throws(UpstreamError) {
        switch self {
        case .h1(let connection): try await connection.receiveHead(into: &head, method: method, until: deadline)
        case .h2(let stream): try await stream.receiveHead(into: &head, method: method, until: deadline)
        }
    }

    /// How the body of the response is delimited.
    public var framing: BodyFraming {
        switch self {
        case .h1(let connection): connection.framing
        case .h2(let stream): stream.framing
        }
    }

    /// What of the response's body is here without waiting.
    public func pollBody() throws(UpstreamError) -> RequestBodyProgress {
        switch self {
        case .h1(let connection): try connection.pollBody()
        case .h2(let stream): try stream.pollResponse()
        }
    }

    /// Waits for more of the response's body; returns as soon as there is any, or its end.
    public func receiveBody(until deadline: Instant) async throws(UpstreamError) {
        switch self {
        case .h1(let connection): try await connection.receiveBody(until: deadline)
        case .h2(let stream): try await stream.receiveResponse(until: deadline)
        }
    }

    /// Makes the wait for the response that has begun, if any, end by `deadline` at the latest: the upstream has all that
    /// it waited for itself.
    public func shortenWait(until deadline: Instant) {
        switch self {
        case .h1(let connection): connection.shortenWait(until: deadline)
        case .h2(let stream): stream.shortenWait(until: deadline)
        }
    }

    /// Lends the `count` bytes that are here; the closure returns how many it is done with.
    public func takeBody<Failure: Error>(
        _ count: Int, _ use: (Span<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        switch self {
        case .h1(let connection): try connection.takeBody(count, use)
        case .h2(let stream): try stream.take(count) { bytes throws(Failure) in (try use(bytes), ()) }
        }
    }

    /// Appends the trailers of the response, complete when its body is.
    public func copyTrailers(to fields: inout FieldBlock) {
        switch self {
        case .h1(let connection):
            for index in 0..<connection.trailers.count { fields.append(from: connection.trailers, at: index) }
        case .h2(let stream):
            for index in 0..<stream.trailers.count { fields.append(from: stream.trailers, at: index) }
        }
    }
}
