import Bytes
public import HTTP
import Reactor
import Transport

/// A WebSocket that a client has opened (RFC 6455), as the handler of its route sees it.
///
/// ```
/// routes.webSocket("/echo") { request, socket in
///     while let message = await socket.receive() {
///         if case .text(let text) = message { socket.send(text) }
///     }
/// }
/// ```
///
/// It belongs to the task of its handler, which alone receives; its ``sender`` may be given to others. Pings, Pongs and
/// Close frames are seen to. Extensions such as compression are not agreed to.
public final class WebSocket {
    /// What sends, for use from anywhere.
    public let sender: WebSocketSender
    /// The code with which the client closed; nil while it has not, or when it did not give one.
    public private(set) var closeCode: CloseFrame.Code?

    private let exchange: Exchange
    private let limits: WebSocketLimits
    private var reader: MessageReader
    private var isInputOver = false
    /// The client was last heard of, and last asked.
    private var heardAt: Instant
    private var pingedAt: Instant
    private var closeBy = Instant.never
    private var isWriting = true
    private let written: Sleeper

    init(_ exchange: Exchange, _ limits: WebSocketLimits) {
        self.exchange = exchange
        self.limits = limits
        sender = WebSocketSender(limit: limits.queue)
        reader = MessageReader(.client, limit: limits.message)
        heardAt = exchange.loop.now
        pingedAt = heardAt
        written = Sleeper(loop: exchange.loop)
    }

    /// Waits for the next message; nil when there will be no more, whoever ended it and however.
    public func receive() async -> WebSocketMessage? {
        var events = 0
        while !isInputOver {
            switch (try? exchange.pollBody()) ?? .end {
            case .available(let count):
                heardAt = exchange.loop.now
                if let message = read(count) { return message }
                events += 1
                // A client that pings on and on must not keep the loop from others.
                if events % 64 == 0 { await Task.yield() }
            case .needsInput:
                do { _ = try await exchange.receiveBody() } catch { isInputOver = true }
            case .end: isInputOver = true
            }
        }
        return nil
    }

    /// Sends text. Returns false when it is not sent, see ``WebSocketSender``.
    @discardableResult
    public func send(_ text: String) -> Bool { sender.send(text) }

    /// Sends bytes. Returns false when they are not sent.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool { sender.send(bytes) }

    /// Sends a Close frame, after all that was sent before; `receive` returns nil once the client has answered it.
    public func close(_ code: CloseFrame.Code = .normal, _ reason: String = "") { sender.close(code, reason) }

    // MARK: Receiving

    /// Reads of the next `count` bytes what comes first; the message, if it is one.
    private func read(_ count: Int) -> WebSocketMessage? {
        let outcome = exchange.takeBody(count) { bytes in
            do throws(MessageError) {
                let (consumed, event) = try reader.read(bytes)
                return (consumed, Result<_, MessageError>.success(event))
            } catch {
                return (bytes.count, .failure(error))
            }
        }
        switch outcome {
        case .success(nil): return nil
        case .success(.text?): return .text(String(decoding: reader.payloadBytes, as: UTF8.self))
        case .success(.binary?): return .binary(reader.payloadBytes)
        case .success(.ping?): sender.put(.pong, reader.payloadBytes)
        case .success(.pong?): break
        case .success(.close(let code)?):
            closeCode = code
            isInputOver = true
            sender.close(code ?? .normal)
        case .failure(let error):
            isInputOver = true
            sender.close(error.code)
        }
        return nil
    }

    // MARK: Running

    /// Lets `respond` use the WebSocket, and sees it to its end.
    ///
    /// - Parameter code: the code to close with when `respond` returns and nobody has closed.
    func run(_ respond: (WebSocket) async -> CloseFrame.Code) async {
        exchange.loop.spawn(with: self) { socket in
            await socket.write()
            socket.isWriting = false
            socket.written.wake()
        }
        sender.close(await respond(self))
        // The client's answer, or what it sent before it knew.
        while await receive() != nil {}
        if isWriting { _ = await written.sleep(until: .never) }
        do { try await exchange.end() } catch { exchange.abort() }
    }

    /// Writes what is sent, to the Close frame.
    private func write() async {
        while let frames = await sender.next() {
            var sent = 0
            while sent < frames.count {
                do throws(ChannelError) {
                    sent += try exchange.offer(frames.span.extracting(sent...))
                    try await exchange.drain()
                } catch {
                    return sender.finish()
                }
            }
        }
    }

    /// Looks once a second whether the client is still there, and whether it closes when it is asked to.
    func tick(at now: Instant) {
        if sender.isClosing {
            if closeBy == .never { closeBy = now + limits.closeTimeout }
            if now >= closeBy { cut() }
        } else if now >= heardAt + limits.pingInterval + limits.pongTimeout {
            close(.goingAway, "no answer")
        } else if now >= max(heardAt, pingedAt) + limits.pingInterval {
            pingedAt = now
            sender.put(.ping, [])
        }
    }

    private func cut() {
        sender.finish()
        exchange.abort()
    }
}
