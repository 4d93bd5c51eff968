internal import Bytes
internal import HTTP
internal import Reactor
internal import Transport

/// Passes a response's body from the service to the client, as fast as the slower of them goes.
enum Relay {
    /// How a relay ended that was cut short.
    enum Break: Error {
        /// The client left, or reads too slowly.
        case downstream
        /// The service broke off, or fell silent.
        case upstream(UpstreamError)
    }

    /// Sends the head in the exchange and everything that follows on the connection.
    /// - Parameter silence: for streams: how long the service may say nothing, instead of its budget.
    static func run(
        _ exchange: Exchange, from connection: H1ClientConnection, budget: inout UpstreamBudget, silence: Nanoseconds?
    ) async throws(Break) {
        exchange.sendHead(framing(of: connection.framing))
        while true {
            let progress: RequestBodyProgress
            do { progress = try connection.pollBody() } catch { throw .upstream(error) }
            switch progress {
            case .available(let count): try await pass(count, exchange, connection)
            case .end:
                for index in 0..<connection.trailers.count {
                    exchange.responseTrailers.append(from: connection.trailers, at: index)
                }
                do { try await exchange.end() } catch { throw .downstream }
                return
            case .needsInput:
                // What is here goes out before anything is waited for: events must not linger.
                do { try await exchange.drain() } catch { throw .downstream }
                let loop = exchange.loop
                let start = loop.now
                do {
                    try await connection.receiveBody(until: silence.map { start + $0 } ?? budget.deadline(from: start))
                } catch {
                    if error == .interrupted { throw .downstream }
                    throw .upstream(error)
                }
                budget.didWait(from: start, to: loop.now)
            }
        }
    }

    private static func pass(_ count: Int, _ exchange: Exchange, _ connection: H1ClientConnection) async throws(Break) {
        var taken = 0
        do {
            try connection.takeBody(count) { bytes throws(ChannelError) in
                taken = try exchange.offer(bytes)
                return taken
            }
            if taken < count { try await exchange.drain() }
        } catch {
            throw .downstream
        }
    }

    private static func framing(of body: BodyFraming) -> ResponseFraming {
        switch body {
        case .none: .none
        case .length(let length): .length(length)
        case .chunked, .untilClose: .stream
        }
    }
}
