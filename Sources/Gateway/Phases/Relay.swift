internal import Bytes
internal import HTTP
internal import Reactor
internal import Transport

/// Passes a response's body from the service to the client, as fast as the slower of them goes.
struct Relay {
    /// How a relay ended that was cut short.
    enum Break: Error {
        /// The client left, or reads too slowly.
        case downstream(ChannelError)
        /// The service broke off, or fell silent.
        case upstream(UpstreamError)
    }

    /// Bytes after which others on the loop get a turn: where both sides are faster than the gateway, nothing else would
    /// ever make it wait.
    static let burst = 256 * 1024

    let exchange: Exchange
    let connection: UpstreamExchange
    /// The request's body, if it is still on its way.
    let upload: Upload?
    /// For streams: how long the service may say nothing, instead of its budget.
    let silence: Nanoseconds?
    /// Whether trailers follow the body whatever its length: then the end of the body is not that of the response.
    let hasTrailers: Bool
    /// Time spent waiting for either side.
    private(set) var waited: Nanoseconds = 0

    init(
        _ exchange: Exchange, from connection: UpstreamExchange, upload: Upload?, silence: Nanoseconds?,
        hasTrailers: Bool = false
    ) {
        self.exchange = exchange
        self.connection = connection
        self.upload = upload
        self.silence = silence
        self.hasTrailers = hasTrailers
    }

    /// Sends the head in the exchange and everything that follows on the connection.
    mutating func run(_ budget: inout UpstreamBudget) async throws(Break) {
        exchange.sendHead(framing(of: connection.framing))
        var passed = 0
        while true {
            let progress: RequestBodyProgress
            do { progress = try connection.pollBody() } catch { throw .upstream(error) }
            switch progress {
            case .available(let count):
                if try pass(count) < count { try await drain() }
                passed += count
                if passed >= Self.burst {
                    passed = 0
                    await Task.yield()
                }
            case .end:
                connection.copyTrailers(to: &exchange.responseTrailers)
                if exchange.endNow() { return }
                try await end()
                return
            case .needsInput:
                // What is here goes out before anything is waited for: events must not linger.
                try await drain()
                try await receive(&budget)
            }
        }
    }

    private mutating func receive(_ budget: inout UpstreamBudget) async throws(Break) {
        let start = exchange.loop.now
        let patience = silence ?? budget.left
        var deadline = min(start + patience, budget.end)
        if let upload, upload.isRunning {
            // The service may be waiting for the client; when it no longer has to, the upload sets the deadline.
            upload.answerPatience = patience
            deadline = budget.end
        }
        do {
            try await connection.receiveBody(until: deadline)
        } catch {
            if error == .interrupted { throw .downstream(.closed) }
            throw .upstream(error)
        }
        let end = exchange.loop.now
        upload?.answeredAt = end
        waited += end - start
        budget.didWait(from: upload.map { max(start, $0.endedAt ?? end) } ?? start, to: end)
    }

    /// Hands on what the client takes of the bytes that are here.
    private func pass(_ count: Int) throws(Break) -> Int {
        var taken = 0
        do {
            try connection.takeBody(count) { bytes throws(ChannelError) in
                taken = try exchange.offer(bytes)
                return taken
            }
        } catch {
            throw .downstream(error)
        }
        return taken
    }

    private mutating func drain() async throws(Break) {
        let start = exchange.loop.now
        do { try await exchange.drain() } catch { throw .downstream(error) }
        waited += exchange.loop.now - start
    }

    private mutating func end() async throws(Break) {
        let start = exchange.loop.now
        do { try await exchange.end() } catch { throw .downstream(error) }
        waited += exchange.loop.now - start
    }

    private func framing(of body: BodyFraming) -> ResponseFraming {
        switch body {
        case .none: .none
        case .length(let count) where hasTrailers && count > 0: .stream
        case .length(let length): .length(length)
        case .chunked, .untilClose: .stream
        }
    }
}
