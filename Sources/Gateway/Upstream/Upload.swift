internal import Bytes
internal import HTTP
internal import Reactor
internal import Transport

/// Carries a request's body upstream while its response may already be on the way: a task of its own on the same loop, for
/// bodies that were not complete when the request was forwarded.
///
/// It moves bytes only as fast as the upstream takes them, so a body of any size needs no memory. Whoever starts it ends it
/// with `join`.
final class Upload {
    /// What went wrong with the client's side of it.
    private(set) var failure: Failure?
    /// When it ended, the body handed on or not; nil while it runs.
    private(set) var endedAt: Instant?
    /// How long the service may wait with what comes next once it has the body.
    var answerPatience: Nanoseconds
    /// When the service last said something.
    var answeredAt: Instant

    /// What the body is held to.
    struct Terms {
        /// What must not be larger than it may be.
        enum Limit {
            /// All of it, in bytes.
            case body(UInt64)
            /// Each message in it.
            case message(GRPCMessageMeter)
        }

        var limit: Limit
        /// How long the upstream may go without taking anything.
        var patience: Nanoseconds
        /// For streams: how long neither side may say anything, whatever the client's own limits are.
        var pause: Nanoseconds?
        /// When the client gives up.
        var end = Instant.never
    }

    private let exchange: Exchange
    private let connection: UpstreamExchange
    private let ownedFields: [[UInt8]]
    private var terms: Terms
    private let done: Sleeper
    private var isStopped = false

    /// - Parameters:
    ///   - ownedFields: fields that the client may not set, in trailers either.
    ///   - terms: what the body is held to.
    ///   - answerPatience: how long it may take to answer once it has the body.
    init(
        _ exchange: Exchange, to connection: UpstreamExchange, ownedFields: [[UInt8]], terms: Terms,
        answerPatience: Nanoseconds
    ) {
        self.exchange = exchange
        self.connection = connection
        self.ownedFields = ownedFields
        self.terms = terms
        self.answerPatience = answerPatience
        answeredAt = exchange.loop.now
        done = Sleeper(loop: exchange.loop)
    }

    /// Whether the body is still being handed on.
    var isRunning: Bool { endedAt == nil }

    /// When a wait for the service's answer must end. While the client sends, the service may have to wait for it.
    var answerDeadline: Instant { endedAt.map { min($0 + answerPatience, terms.end) } ?? terms.end }

    /// Starts the task.
    func start() {
        exchange.loop.spawn(with: self) { upload in
            await upload.run()
            upload.end()
        }
    }

    /// Waits for the end of the task, stopping it if the body is not complete.
    func join() async {
        guard isRunning else { return }
        isStopped = true
        exchange.interruptBody()
        connection.waiter.interrupt()
        _ = await done.sleep(until: .never)
        connection.waiter.clearInterruption()
        exchange.clearInterruption()
    }

    private func run() async {
        var burst = 0
        do {
            while true {
                let count = try await receive()
                if count == 0 { break }
                burst += count
                if burst >= Relay.burst {
                    burst = 0
                    await Task.yield()
                }
                if case .body(let limit) = terms.limit, exchange.bytesReceived + UInt64(count) > limit {
                    throw Failure.bodyTooLarge
                }
                try await send(count)
            }
            RequestFields.stripTrailers(&exchange.requestTrailers, owned: ownedFields)
            try await connection.endRequest(
                trailers: exchange.requestTrailers, until: exchange.loop.now + terms.patience)
        } catch let failure as Failure {
            fail(failure)
        } catch UpstreamError.timedOut {
            answerPatience = 0
        } catch {
            // The upstream takes no more of it: what it answers, if it does, decides.
        }
    }

    private func end() {
        endedAt = exchange.loop.now
        // Whoever waits for the answer began to do so without a deadline.
        connection.shortenWait(until: answerDeadline)
        done.wake()
    }

    private func receive() async throws(Failure) -> Int {
        while true {
            do {
                return try await exchange.receiveBody()
            } catch {
                // One side of a stream may listen for as long as the other speaks.
                if error == .channel(.timedOut), let pause = terms.pause, exchange.loop.now < answeredAt + pause {
                    continue
                }
                throw Failure(error)
            }
        }
    }

    /// Hands on `count` bytes, and whatever is queued when the client has no more to give right now.
    private func send(_ count: Int) async throws {
        let taken: Int? = exchange.takeBody(count) { bytes in
            guard let taken = try? connection.offer(bytes) else { return (0, nil) }
            return (taken, terms.limit.admits(bytes.extracting(first: taken)) ? taken : -1)
        }
        guard let taken else { throw UpstreamError.closed }
        if taken < 0 { throw Failure.bodyTooLarge }
        if taken < count || (try? exchange.pollBody()) == .needsInput {
            try await connection.drain(until: exchange.loop.now + terms.patience)
        }
    }

    private func fail(_ failure: Failure) {
        guard !isStopped else { return }
        self.failure = failure
        // Whoever waits for the response waits in vain.
        connection.waiter.interrupt()
    }
}

extension Upload.Terms.Limit {
    /// Takes note of bytes that were handed on; false when they begin a message that is too large.
    fileprivate mutating func admits(_ bytes: Span<UInt8>) -> Bool {
        guard case .message(var meter) = self else { return true }
        let isWithin = meter.pass(bytes)
        self = .message(meter)
        return isWithin
    }
}
