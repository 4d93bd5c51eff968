internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import Telemetry
internal import Transport

/// A question of the gateway's own to a service: to whichever of its endpoints the balancer chooses, counted by breaker and
/// health like any other request.
///
/// It runs on a loop of the group, whose number the service knows, and over connections of its own.
struct ServiceQuery {
    let service: Service
    let pool: ConnectionPool
    let loop: EventLoop
    /// How long all of it may take.
    var patience: Nanoseconds = 2_000_000_000
    /// How long it is waited for the first result of a check, right after a start.
    var firstResultWait: Nanoseconds = 0
    /// The largest answer that is taken, in bytes.
    let largestAnswer: Int

    /// Asks for path and query, and returns the body of an answer with status 200.
    func get(_ target: String) async throws(ServiceQueryError) -> [UInt8] {
        var random = FastRandom()
        let end = loop.now + firstResultWait
        while true {
            switch service.acquire(loop: loop.index, random: &random, now: loop.now) {
            case .lease(let lease): return try await get(target, lease)
            case .refused(.unknown) where loop.now < end: await loop.sleep(for: 20_000_000)
            case .refused(let refusal): throw .refused(refusal)
            }
        }
    }

    private func get(_ target: String, _ lease: consuming UpstreamLease) async throws(ServiceQueryError) -> [UInt8] {
        let start = loop.readClock()
        let answer: Answer
        do {
            answer = try await ask(lease.endpoint, target, until: start + patience)
        } catch {
            lease.finish(UpstreamOutcome(error), latency: loop.now - start, now: loop.now)
            throw .failed(error)
        }
        lease.finish(.response(status: UInt16(clamping: answer.status)), latency: loop.now - start, now: loop.now)
        guard answer.status == 200 else { throw .status(answer.status) }
        guard let body = answer.body else { throw .tooLarge(largestAnswer) }
        return body
    }

    /// A whole answer; without a body where that is too large.
    private struct Answer {
        let status: Int
        let body: [UInt8]?
    }

    private func ask(
        _ endpoint: Endpoint, _ target: String, until deadline: Instant
    ) async throws(UpstreamError) -> Answer {
        if let idle = pool.beginIdle(endpoint.target) {
            do {
                return try await ask(EndpointQuery(endpoint: endpoint, exchange: idle, deadline: deadline), target)
            } catch .closedBeforeHead {
                // It was closed while it rested, which says nothing about the endpoint.
            } catch {
                throw error
            }
        }
        let exchange = try await pool.begin(endpoint.target, until: deadline)
        return try await ask(EndpointQuery(endpoint: endpoint, exchange: exchange, deadline: deadline), target)
    }

    private func ask(_ query: EndpointQuery, _ target: String) async throws(UpstreamError) -> Answer {
        do {
            let head = try await query.get(target, query.request(.get, userAgent: "gateway"))
            guard let body = try await query.receiveBody(atMost: largestAnswer) else {
                // What is left of it ends with its connection.
                pool.discard(query.exchange)
                return Answer(status: head.status, body: nil)
            }
            pool.release(query.exchange)
            return Answer(status: head.status, body: body.readable.array)
        } catch {
            pool.discard(query.exchange)
            throw error
        }
    }
}

/// Why a question of the gateway's own has no answer.
enum ServiceQueryError: Error, Equatable {
    /// No endpoint could be asked.
    case refused(Acquisition.Refusal)
    /// The one that was asked did not answer.
    case failed(UpstreamError)
    /// It answered with another status than 200.
    case status(Int)
    /// Its answer has more than so many bytes.
    case tooLarge(Int)

    /// What a person who looks for the cause reads.
    var problem: String {
        switch self {
        case .refused(.open): "the circuit is open"
        case .refused(.noEndpoints): "the service has no endpoint"
        case .refused(.unknown): "no endpoint has passed a check yet"
        case .refused(.noneHealthy): "no endpoint is healthy"
        case .refused(.saturated): "every endpoint has as many requests as it may have"
        case .failed(let error): error.problem
        case .status(let status): "status \(status)"
        case .tooLarge(let limit): "an answer of more than \(limit) bytes"
        }
    }
}

extension UpstreamOutcome {
    /// What a failure says about the endpoint.
    fileprivate init(_ error: UpstreamError) {
        self =
            switch error {
            case .connect(.interrupted), .interrupted, .noTunnel: .cancelled
            // The gateway ran out of descriptors: the service had no part in that.
            case .connect(.failed(let error)) where error.isExhaustion: .cancelled
            case .connect, .tls: .failure(.connect)
            case .closedBeforeHead, .closed: .failure(.reset)
            case .timedOut: .failure(.timeout)
            case .malformed: .failure(.invalid)
            }
    }
}
