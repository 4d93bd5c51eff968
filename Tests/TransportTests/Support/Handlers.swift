import Bytes
import HTTP
import Reactor

@testable import Transport

extension ServerConnection {
    /// What serves it, when that is HTTP/1.1.
    var h1: H1ServerConnection? {
        if case .h1(let connection) = carrier { connection } else { nil }
    }
}

extension Exchange {
    /// The HTTP/1.1 connection that carries it.
    var h1: H1ServerConnection? {
        if case .h1(let connection) = carrier { connection } else { nil }
    }

    /// The request's path.
    var pathText: String { path(of: request) }

    /// Reads the whole body.
    func readBody() async throws(RequestBodyError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let count = try await receiveBody()
            if count == 0 { return body }
            body += takeBody(count) { ($0.count, $0.array) }
        }
    }

    /// Sends bytes of the body, waiting as needed.
    func write(_ bytes: [UInt8]) async throws(ChannelError) {
        var sent = 0
        while sent < bytes.count {
            sent += try offer(bytes.span.extracting(sent..<bytes.count))
            if sent < bytes.count { try await drain() }
        }
    }

    /// Sends a whole response; nothing is done about a client that does not take it.
    func reply(_ body: [UInt8], status: Int = 200, as framing: ResponseFraming? = nil) async {
        response.status = status
        let isHead = request.method == .head
        if isHead { response.fields.append(.contentLength, value: UInt64(body.count)) }
        sendHead(isHead ? .none : framing ?? .length(UInt64(body.count)))
        do {
            if !isHead { try await write(body) }
            try await end()
        } catch {}
    }

    func reply(_ text: String, status: Int = 200, as framing: ResponseFraming? = nil) async {
        await reply(Array(text.utf8), status: status, as: framing)
    }
}

/// Answers with the path.
@Sendable func answerPath(_ exchange: Exchange) async {
    if let refusal = exchange.refusal {
        await exchange.reply("\(refusal)", status: refusal.status)
        return
    }
    await exchange.reply(exchange.pathText)
}

/// Sends the body back as it comes, with its trailers.
@Sendable func echo(_ exchange: Exchange) async {
    exchange.sendHead(.stream)
    do {
        while true {
            let count = try await exchange.receiveBody()
            if count == 0 { break }
            let taken = try exchange.takeBody(count) { bytes in
                (0, Result { () throws(ChannelError) in try exchange.offer(bytes) })
            }.get()
            exchange.takeBody(taken) { _ in (taken, ()) }
            let isLast = try taken == count && exchange.pollBody() != .needsInput
            if !isLast { try await exchange.drain() }
        }
        for index in 0..<exchange.requestTrailers.count {
            exchange.responseTrailers.append(from: exchange.requestTrailers, at: index)
        }
        try await exchange.end()
    } catch {
        exchange.abort()
    }
}

private func path(of head: borrowing RequestHead) -> String { head.path.text }

extension RequestRefusal {
    var status: Int {
        switch self {
        case .malformed(let error): error.status
        case .timedOut: 408
        case .unknownExpectation: 417
        }
    }
}
