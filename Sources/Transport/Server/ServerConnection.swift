internal import Bytes
internal import HTTP
internal import Reactor
internal import TLS

/// An accepted connection: its handshake, and then whichever protocol client and server have agreed on.
final class ServerConnection {
    enum Carrier {
        case none
        case h1(H1ServerConnection)
        case h2(H2ServerConnection)
    }

    let channel: ByteChannel
    let worker: ServerWorker
    private let peer: SocketAddress
    private(set) var carrier = Carrier.none

    init(channel: ByteChannel, worker: ServerWorker, peer: SocketAddress) {
        self.channel = channel
        self.worker = worker
        self.peer = peer
    }

    /// Whether no request is being served.
    var isIdle: Bool {
        switch carrier {
        case .none: false
        case .h1(let connection): connection.isIdle
        case .h2(let connection): connection.isIdle
        }
    }

    /// Serves the connection to its end.
    func run() async {
        do {
            try await channel.handshake(until: worker.loop.now + worker.limits.handshakeTimeout)
        } catch {
            if channel.handshakeFailure == .plainHTTP { await refusePlainHTTP() }
            channel.close()
            return
        }
        if channel.applicationProtocol == .http2 {
            let connection = H2ServerConnection(channel: channel, worker: worker, peer: peer)
            carrier = .h2(connection)
            connection.start()
            await connection.serve()
        } else {
            let connection = H1ServerConnection(channel: channel, worker: worker, peer: peer)
            carrier = .h1(connection)
            await connection.run()
        }
    }

    /// Tells a client that speaks plain HTTP where TLS is spoken what is wrong, instead of hanging up on it.
    private func refusePlainHTTP() async {
        var answer = ByteBuffer(capacity: 256)
        let text: StaticString = "This address speaks HTTPS: ask it with https://\n"
        H1Writer.startResponse(status: 400, to: &answer)
        answer.append("content-type: text/plain\r\nconnection: close\r\ncontent-length: ")
        answer.append(decimal: UInt64(text.utf8CodeUnitCount))
        answer.append("\r\n\r\n")
        answer.append(text)
        guard case .bytes = channel.watcher.write(answer.readable) else { return }
        await channel.linger(into: &answer)
    }

    /// Tells the client, where its protocol can, that the connection is about to end.
    func announceEnd() {
        if case .h2(let connection) = carrier { connection.announceEnd() }
    }

    /// Ends the connection: at once if it is idle, else after what it does.
    func closeIfIdle() {
        switch carrier {
        case .none: break
        case .h1(let connection): connection.closeIfIdle()
        case .h2(let connection): connection.finishEnd()
        }
    }

    /// Closes the connection whatever it does, and ends the waits for its upstreams.
    func cut() {
        switch carrier {
        case .none: channel.close(abruptly: true)
        case .h1(let connection): connection.cut()
        case .h2(let connection): connection.cut()
        }
    }
}
