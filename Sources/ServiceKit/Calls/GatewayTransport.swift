import Bytes
import HTTP
import Reactor
import Transport

/// Carries calls to the gateway's internal listener, in HTTP/1.1 over connections that stay open between calls. Belongs to
/// one event loop.
final class GatewayTransport {
    /// The most bytes of an answer's body.
    static let answerLimit = 4 << 20
    /// How many connections that rested may turn out to be closed before a new one is opened.
    private static let staleLimit = 4

    private let loop: EventLoop
    private let target: UpstreamTarget
    private let pool: ConnectionPool
    private var sweptAt: Instant

    /// - Parameter address: where the gateway listens for its services.
    init(to address: SocketAddress, on loop: EventLoop) {
        self.loop = loop
        target = UpstreamTarget(key: 0, address: address)
        pool = ConnectionPool(
            loop: loop, buffers: BufferPool(size: ServerWorker.bufferSize, limit: 16), limit: 64)
        sweptAt = loop.now
    }

    /// Carries one call and brings the whole answer back.
    ///
    /// - Throws: when there is none, also when it is the gateway that says so.
    func send(_ call: ServiceCall) async throws(CallError) -> ServiceResponse {
        closeIdleConnections()
        let now = unixMilliseconds
        let deadline = call.deadline(now: now)
        guard deadline > now else { throw .timedOut }
        let end = loop.readClock() + Nanoseconds(deadline - now) * 1_000_000
        let answer = try await ask(call, deadline: deadline, until: end)
        if let reason = answer.field("x-gateway-error") { throw CallError(gateway: reason, of: call.service) }
        return answer
    }

    /// The same as a value.
    func outcome(of call: ServiceCall) async -> Result<ServiceResponse, CallError> {
        do throws(CallError) { return .success(try await send(call)) } catch { return .failure(error) }
    }

    /// Asks over a connection that rests, or a new one. One that rested may have been closed meanwhile, which says nothing
    /// about the gateway: then another is used, if the request did nothing or may be done twice.
    private func ask(
        _ call: ServiceCall, deadline: Int64, until end: Instant
    ) async throws(CallError) -> ServiceResponse {
        var stale = 0
        while true {
            let answer: ServiceResponse?
            let exchange: UpstreamExchange
            do throws(UpstreamError) {
                let idle = stale < Self.staleLimit ? pool.beginIdle(target) : nil
                if let idle { exchange = idle } else { exchange = try await pool.begin(target, until: end) }
            } catch {
                throw CallError(error, at: target.address)
            }
            do throws(UpstreamError) {
                answer = try await exchange.answer(to: call, deadline: deadline, until: end, limit: Self.answerLimit)
            } catch {
                let isStale = exchange.isReused && (error == .closedBeforeHead || !exchange.hasWritten)
                let isHarmless = call.isRepeatable || !exchange.hasWritten
                pool.discard(exchange)
                guard isStale, isHarmless, error != .timedOut else { throw CallError(error, at: target.address) }
                stale += 1
                continue
            }
            guard let answer else {
                pool.discard(exchange)
                throw .unreachable("the answer of \(call.service) has more than \(Self.answerLimit) bytes")
            }
            pool.release(exchange)
            return answer
        }
    }

    private var unixMilliseconds: Int64 {
        let time = loop.unixTime()
        return time.seconds * 1000 + time.nanoseconds / 1_000_000
    }

    /// Lets go of connections that have rested too long: whenever there is a call, at most once a second.
    private func closeIdleConnections() {
        guard loop.now - sweptAt >= 1_000_000_000 else { return }
        sweptAt = loop.now
        pool.sweep()
    }
}
