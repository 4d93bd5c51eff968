internal import Bytes
internal import HTTP
internal import Reactor

extension H2Session {
    /// How much of one connection is taken in before others on the loop get a turn.
    private static var burst: Int { 256 * 1024 }

    /// Reads frames until the connection ends.
    final func read() async {
        var burst = 0
        while !state.isEnded {
            guard takeFrames() else { return }
            if state.isClosing, machine.openStreams == 0 { return }
            if burst >= Self.burst {
                burst = 0
                await Task.yield()
                continue
            }
            if !channel.mayHaveInput {
                burst = 0
                if input.isEmpty, input.capacity > 0 { buffers.reclaim(input.take()) }
                switch await channel.watcher.waitReadable(until: readDeadline) {
                case .ready: break
                case .timedOut: return
                case .interrupted: continue
                }
            }
            if input.capacity == 0 { input = buffers.lend() }
            let step = channel.read(into: &input, atLeast: 16 * 1024)
            switch step {
            case .bytes(let count):
                burst += count
                state.lastReadAt = loop.now
            case .wantsRead: continue
            case .wantsWrite:
                do { try await channel.wait(after: step, until: loop.now + writePatience) } catch { continue }
            case .end, .failed:
                state.isEnded = true
                return
            }
        }
    }

    /// Hands on what is here as a whole; false when the peer broke the protocol.
    private final func takeFrames() -> Bool {
        while !input.isEmpty {
            let taken: (consumed: Int, event: H2Event)
            do {
                taken = try input.withReadable { bytes throws(H2Failure) in
                    let taken = try machine.receive(bytes, now: loop.now, output: &output)
                    if case .data(let slot, let range, let isEnd) = taken.event {
                        stream(of: slot)?.receive(bytes.extracting(range), isEnd: isEnd)
                    }
                    return taken
                }
            } catch {
                state.failure = error
                didFail(error)
                return false
            }
            if case .needsInput = taken.event { break }
            input.consume(taken.consumed)
            handle(taken.event)
        }
        if !output.isEmpty { flushSoon() }
        return true
    }

    private final func handle(_ event: H2Event) {
        switch event {
        case .none, .needsInput, .data: break
        case .head(let slot, let isEnd): didReceiveHead(slot, refusal: nil, isEnd: isEnd)
        case .refusedHead(let slot, let error, let isEnd): didReceiveHead(slot, refusal: error, isEnd: isEnd)
        case .trailers(let slot):
            if let stream = stream(of: slot) {
                swap(&stream.trailers, &machine.trailers)
                stream.endInput()
            }
        case .reset(let slot, let code, let byPeer): stream(of: slot)?.close(code, byPeer: byPeer)
        case .malformed(let slot, let flaw):
            if let slot { stream(of: slot)?.close(.protocolError, byPeer: false) }
            didReceiveMalformed(flaw)
        case .windowOpened(let slot):
            if let slot {
                stream(of: slot)?.windowOpened()
            } else {
                for stream in state.streams { stream?.windowOpened() }
            }
        case .goAway(let last, _): didReceiveGoAway(last: last)
        case .settingsReceived: didReceiveSettings()
        case .pong: didReceivePong()
        }
    }
}
