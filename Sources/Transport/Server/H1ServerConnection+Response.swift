internal import Bytes
internal import HTTP
internal import Reactor

extension H1ServerConnection {
    func sendInformational(_ head: borrowing ResponseHead, to exchange: Exchange) {
        guard exchange.request.version != .http10, !exchange.isHeadSent else { return }
        lendOutput()
        H1Writer.response(head, to: &output.buffer)
    }

    /// Writes status line and fields, and decides how the body is delimited and whether the connection stays open.
    func sendHead(_ exchange: Exchange, _ framing: ResponseFraming) {
        // A client that waits for 100 may or may not send the body now that it has an answer: the next request could not be
        // told from it.
        if (mustContinue && !body.isComplete) || worker.isDraining || remainderIsLarge { isPersistent = false }
        mustContinue = false
        var isChunked = false
        let isOld = exchange.request.version == .http10
        if framing == .stream {
            if isOld { isPersistent = false } else { isChunked = true }
        }
        lendOutput()
        H1Writer.startResponse(status: exchange.response.status, to: &output.buffer)
        H1Writer.fields(exchange.response.fields, to: &output.buffer)
        if case .length(let length) = framing {
            output.buffer.append("content-length: ")
            output.buffer.append(decimal: length)
            output.buffer.append("\r\n")
        }
        if isChunked { output.buffer.append("transfer-encoding: chunked\r\n") }
        if !isPersistent {
            output.buffer.append("connection: close\r\n")
        } else if isOld {
            output.buffer.append("connection: keep-alive\r\n")
        }
        H1Writer.endOfFields(to: &output.buffer)
        output.startBody(isChunked: isChunked)
    }

    /// Agrees to the WebSocket that the request asks for (RFC 6455, section 4.2.2): from here on the body is what the client
    /// sends, and so is the response's, with nothing around them.
    func openTunnel(_ exchange: Exchange, accept: Span<UInt8>) {
        isTunnel = true
        isPersistent = false
        lendOutput()
        H1Writer.startResponse(status: 101, to: &output.buffer)
        H1Writer.fields(exchange.response.fields, to: &output.buffer)
        H1Writer.webSocketUpgrade(to: &output.buffer)
        output.buffer.append("sec-websocket-accept: ")
        output.buffer.append(accept)
        output.buffer.append("\r\n\r\n")
        output.startBody(isChunked: false)
        body.start(.untilClose)
    }

    /// Whether more of the request's body is still to come than is worth reading for the sake of the connection.
    private var remainderIsLarge: Bool {
        if case .length(let length) = body.framing, !body.isComplete {
            return length - body.consumed > UInt64(worker.limits.drainLimit)
        }
        return false
    }

    func offer(_ bytes: Span<UInt8>) throws(ChannelError) -> Int {
        lendOutput()
        let (taken, step) = output.offer(bytes, to: channel)
        if step == .failed || step == .end { throw .closed }
        sending.didMove(taken)
        return taken
    }

    func drain() async throws(ChannelError) {
        while true {
            let step = output.flush(to: channel)
            switch step {
            case .bytes:
                if isTunnel { worker.buffers.reclaim(output.buffer.take()) }
                if channel.watcher.isWritable { return }
                // What was taken has filled the socket; whoever offers the rest must find room.
                try await waitForClient(after: .wantsWrite)
                return
            case .wantsRead, .wantsWrite: try await waitForClient(after: step)
            case .end, .failed: throw .closed
            }
        }
    }

    private func waitForClient(after step: ChannelStep) async throws(ChannelError) {
        let start = loop.now
        let deadline = isTunnel ? .never : sending.deadline(from: start, limits: worker.limits.transfer)
        try await channel.wait(after: step, until: deadline)
        sending.didWait(from: start, to: loop.now)
    }

    func endNow(_ exchange: Exchange) -> Bool {
        output.endBody(trailers: exchange.responseTrailers)
        guard case .bytes = output.flush(to: channel) else { return false }
        exchange.isEnded = true
        return true
    }

    func end(_ exchange: Exchange) async throws(ChannelError) {
        output.endBody(trailers: exchange.responseTrailers)
        while true {
            let step = output.flush(to: channel)
            switch step {
            case .bytes:
                // Not before: a client that was too slow for the rest must not be taken for one that has it all.
                exchange.isEnded = true
                return
            case .wantsRead, .wantsWrite: try await waitForClient(after: step)
            case .end, .failed: throw .closed
            }
        }
    }
}
