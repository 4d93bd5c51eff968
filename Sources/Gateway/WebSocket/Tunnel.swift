internal import Bytes
internal import Crypto
internal import HTTP
internal import Reactor
internal import Transport

/// An open WebSocket: the bytes of both sides, each as fast as the other takes them, until one of them ends it or the
/// gateway does.
///
///     open -> closing (the gateway has put Close frames, and waits for those of both sides) -> ended
///        \--------------------------------------------------------------------------------------^
///
/// Two tasks on one loop carry one direction each; what ends one of them ends the other. Between two frames the gateway may
/// put a Close frame of its own (RFC 6455, section 5.5.1), and nothing after it.
final class Tunnel {
    /// How long both sides have to answer a Close frame, and to take what is left for them.
    static let grace: Nanoseconds = 5_000_000_000

    let exchange: Exchange
    let upstream: UpstreamExchange
    private let endpoint: Endpoint
    private let service: Service
    private var terms: TunnelTerms
    private let idle: Nanoseconds
    private var fromClient = TunnelDirection(from: .client)
    private var fromService = TunnelDirection(from: .server)
    /// The client has said that nothing more comes from it.
    private var clientHasEnded = false
    private var closing: (code: CloseFrame.Code, ending: TunnelEnding)?
    /// Why it has ended.
    private(set) var ending: TunnelEnding?
    /// When bytes last passed, and when the patience ends with peers that do not close.
    private var activeAt: Instant
    private var endBy = Instant.never
    private let upload: Sleeper
    private var isUploading = true

    init(
        _ exchange: Exchange, to upstream: UpstreamExchange, of service: Service, at endpoint: Endpoint,
        terms: TunnelTerms, idle: Nanoseconds
    ) {
        self.exchange = exchange
        self.upstream = upstream
        self.service = service
        self.endpoint = endpoint
        self.terms = terms
        self.idle = idle
        activeAt = exchange.loop.now
        upload = Sleeper(loop: exchange.loop)
    }

    /// Carries both directions to the end of the WebSocket.
    func run() async {
        exchange.loop.spawn(with: self) { tunnel in
            await tunnel.carryUpstream()
            tunnel.isUploading = false
            tunnel.upload.wake()
        }
        await carryDownstream()
        if isUploading { _ = await upload.sleep(until: .never) }
        await finish()
    }

    // MARK: From outside

    /// Says goodbye to both sides, and ends it when they have answered or the grace is over.
    func close(_ code: CloseFrame.Code, because ending: TunnelEnding) {
        guard closing == nil, self.ending == nil else { return }
        closing = (code, ending)
        endBy = exchange.loop.now + Self.grace
        wake()
    }

    /// Ends it when the configuration does not allow it as it is, or has no such endpoint any more.
    func adopt(_ snapshot: Snapshot) {
        if terms.generation == snapshot.generation { return }
        if !terms.hold(in: snapshot) || !service.endpoints.contains(where: { $0 === endpoint }) {
            close(.goingAway, because: .routeChanged)
        }
    }

    /// Ends it when its time is over.
    func expire(at now: Instant) {
        if closing != nil || ending != nil {
            guard now >= endBy else { return }
            if ending != nil { wake() }
            if let closing { end(closing.ending) }
            return
        }
        // When both have closed, or one has nothing more to say, all that is left to do is for one of them to hang up.
        let isOver = clientHasEnded || fromClient.hasClosed && fromService.hasClosed
        let patience = isOver ? Self.grace : idle
        if now >= activeAt + patience { close(.goingAway, because: .idle) }
    }

    // MARK: Directions

    /// Passes on what the service sends.
    private func carryDownstream() async {
        var isFlushed = false
        var burst = 0
        while ending == nil {
            if let closing, fromService.mayCut {
                await cutDownstream(closing.code)
                continue
            }
            switch (try? upstream.pollBody()) ?? .end {
            case .available(let count):
                isFlushed = false
                let taken = passDownstream(count)
                burst += taken
                if taken < count, ending == nil { _ = await flushDownstream() }
                if burst >= Relay.burst {
                    burst = 0
                    await Task.yield()
                }
            case .needsInput:
                // What is here goes out before anything is waited for.
                if isFlushed { await receiveFromService() } else { isFlushed = await flushDownstream() }
            case .end:
                if await flushDownstream() { end(.serviceClosed) }
            }
        }
    }

    /// Passes on what the client sends.
    private func carryUpstream() async {
        var isFlushed = true
        var burst = 0
        while ending == nil {
            if let closing, fromClient.mayCut {
                await cutUpstream(closing.code)
                isFlushed = false
                continue
            }
            switch (try? exchange.pollBody()) ?? .end {
            case .available(let count):
                isFlushed = false
                let taken = passUpstream(count)
                burst += taken
                if taken < count, ending == nil { _ = await flushUpstream() }
                if burst >= Relay.burst {
                    burst = 0
                    await Task.yield()
                }
            case .needsInput:
                if isFlushed { await receiveFromClient() } else { isFlushed = await flushUpstream() }
            case .end:
                guard await flushUpstream() else { continue }
                // Browsers end their stream with their Close frame: its answer is still to come.
                if fromClient.hasClosed, !fromService.hasClosed {
                    clientHasEnded = true
                    return
                }
                end(.clientClosed)
            }
        }
    }

    private func passDownstream(_ count: Int) -> Int {
        var taken = 0
        do {
            try upstream.takeBody(count) { bytes throws(ChannelError) in
                taken = try fromService.pass(bytes, isClosing: closing != nil) { bytes throws(ChannelError) in
                    try exchange.offer(bytes)
                }
                return taken
            }
        } catch {
            end(.clientGone)
        }
        didPass(taken)
        return taken
    }

    private func passUpstream(_ count: Int) -> Int {
        let taken = exchange.takeBody(count) { bytes in
            do {
                let taken = try fromClient.pass(bytes, isClosing: closing != nil) { bytes throws(UpstreamError) in
                    try upstream.offer(bytes)
                }
                return (taken, taken)
            } catch {
                end(.serviceGone)
                return (0, 0)
            }
        }
        didPass(taken)
        return taken
    }

    private func didPass(_ count: Int) {
        if count > 0 { activeAt = exchange.loop.now }
        if fromClient.isBroken || fromService.isBroken { close(.protocolError, because: .violation) }
        if let closing, fromClient.hasClosed, fromService.hasClosed { end(closing.ending) }
    }

    // MARK: Close frames

    private func cutDownstream(_ code: CloseFrame.Code) async {
        var frame = ByteBuffer()
        CloseFrame.append(code, mask: nil, to: &frame)
        fromService.cut()
        while !frame.isEmpty, ending == nil {
            guard let taken = try? exchange.offer(frame.readable) else { return end(.clientGone) }
            frame.consume(taken)
            _ = await flushDownstream()
        }
    }

    private func cutUpstream(_ code: CloseFrame.Code) async {
        var frame = ByteBuffer()
        let mask = SecureRandom.bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
        CloseFrame.append(code, mask: mask, to: &frame)
        fromClient.cut()
        while !frame.isEmpty, ending == nil {
            guard let taken = try? upstream.offer(frame.readable) else { return end(.serviceGone) }
            frame.consume(taken)
            _ = await flushUpstream()
        }
    }

    // MARK: Waiting

    /// Writes out what is queued for the client; false when that was interrupted, or ended it.
    private func flushDownstream() async -> Bool {
        do {
            try await exchange.drain()
            return true
        } catch {
            wasStopped(by: error == .interrupted ? nil : .clientGone)
            return false
        }
    }

    private func flushUpstream() async -> Bool {
        do {
            try await upstream.drain(until: .never)
            return true
        } catch {
            wasStopped(by: error == .interrupted ? nil : .serviceGone)
            return false
        }
    }

    private func receiveFromService() async {
        do {
            try await upstream.receiveBody(until: .never)
        } catch {
            wasStopped(by: error == .interrupted ? nil : .serviceGone)
        }
    }

    private func receiveFromClient() async {
        do {
            _ = try await exchange.receiveBody()
        } catch {
            wasStopped(by: error == .channel(.interrupted) ? nil : .clientGone)
        }
    }

    /// A wait came to nothing: something is to be looked at anew, unless the connection was cut under it.
    private func wasStopped(by ending: TunnelEnding?) {
        if let ending { return end(ending) }
        if exchange.isCut || exchange.isUnreachable { end(.clientGone) }
    }

    // MARK: The end

    private func end(_ ending: TunnelEnding) {
        guard self.ending == nil else { return }
        // Whoever leaves after a Close frame of ours has only answered it.
        self.ending = closing?.ending ?? ending
        endBy = exchange.loop.now + Self.grace
        wake()
    }

    /// Makes both directions look at what has changed.
    private func wake() {
        exchange.interruptBody()
        upstream.waiter.interrupt()
    }

    /// Hands over what is queued for either side, and hangs up.
    private func finish() async {
        exchange.clearInterruption()
        upstream.waiter.clearInterruption()
        if ending != .serviceGone {
            try? await upstream.drain(until: endBy)
            _ = upstream.endRequestNow(trailers: FieldBlock())
        }
        guard ending != .clientGone else { return exchange.abort() }
        do { try await exchange.end() } catch { exchange.abort() }
    }
}
