import Bytes
import HTTP
import Reactor
import TLS

@testable import Transport

extension TestUpstream {
    /// The upstream as one that speaks HTTP/2.
    func target(key: Int = 1, streamLimit: Int = 100) -> UpstreamTarget {
        UpstreamTarget(
            key: key, address: target.address, tls: target.tls == nil ? nil : TestCertificate.http2Client,
            serverName: "localhost", version: .http2, streamLimit: streamLimit)
    }

    /// The connections of an endpoint.
    func connections(key: Int = 1) -> [H2ClientConnection] { pool.multiplexed[key]?.connections ?? [] }

    /// A stream over a connection that is there, or else over a new one.
    func begin(
        _ path: String = "/", _ method: Method = .get, framing: BodyFraming = .none, streamLimit: Int = 100,
        until deadline: Instant? = nil, onStart: (Waiter) -> Void = { _ in }
    ) async throws(UpstreamError) -> UpstreamExchange {
        let target = target(streamLimit: streamLimit)
        let exchange: UpstreamExchange
        if let idle = pool.beginIdle(target) {
            exchange = idle
        } else {
            exchange = try await pool.begin(target, until: deadline ?? loop.patience, onStart: onStart)
        }
        exchange.send(method, path, framing)
        return exchange
    }

    /// Sends a request without a body and reads the response.
    func ask(_ path: String = "/", _ method: Method = .get) async throws(UpstreamError) -> Answer {
        let exchange = try await begin(path, method)
        do throws(UpstreamError) {
            let answer = try await exchange.answer(to: method, until: loop.patience)
            pool.release(exchange)
            return answer
        } catch {
            pool.discard(exchange)
            throw error
        }
    }
}

extension UpstreamExchange {
    /// Queues a head.
    func send(_ method: Method, _ path: String, _ framing: BodyFraming) {
        var head = RequestHead()
        head.setMethod(method)
        head.setAuthority(Array("a".utf8).span)
        begin(head, framing: framing) { $0.append(string: path) }
    }

    /// Offers a body, waiting as needed, and ends the request.
    func send(_ body: [UInt8], until deadline: Instant) async throws(UpstreamError) {
        var sent = 0
        while sent < body.count {
            sent += try offer(body.span.extracting(sent..<body.count))
            if sent < body.count { try await drain(until: deadline) }
        }
        try await endRequest(trailers: FieldBlock(), until: deadline)
    }

    /// Reads the response.
    func answer(to method: Method = .get, until deadline: Instant) async throws(UpstreamError) -> Answer {
        var answer = Answer()
        var head = ResponseHead()
        while true {
            try await receiveHead(into: &head, method: method, until: deadline)
            answer.status = head.status
            if !head.isInformational { break }
            answer.informational.append(head.status)
        }
        answer.framing = framing
        while true {
            switch try pollBody() {
            case .available(let count):
                takeBody(count) { bytes in
                    answer.body += bytes.array
                    return bytes.count
                }
            case .needsInput: try await receiveBody(until: deadline)
            case .end:
                var trailers = FieldBlock()
                copyTrailers(to: &trailers)
                answer.trailers = trailers.count
                return answer
            }
        }
    }
}

/// Runs `body` with an upstream that speaks HTTP/2 by `script`, all on one loop, and expects that every connection ends.
func withH2Upstream(
    isSecure: Bool = false, idleTimeout: Nanoseconds = 60_000_000_000,
    settings: KeyValuePairs<UInt16, UInt32> = [:],
    script: @escaping @Sendable (FramePeer, Int) async throws -> Void,
    _ body: @escaping @Sendable (TestUpstream) async throws -> Void
) async throws {
    try await withUpstream(
        isSecure: isSecure, protocols: [.http2], idleTimeout: idleTimeout,
        script: { peer, number in try await script(FramePeer.accept(peer, settings), number) }
    ) { upstream in
        let result: Result<Void, any Error>
        do {
            try await body(upstream)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        upstream.pool.closeIdle()
        try await upstream.loop.until("the connections' end") { upstream.pool.openCount == 0 }
        try result.get()
    }
}
