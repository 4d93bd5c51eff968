internal import Bytes
internal import HTTP
internal import Reactor

extension H2Session {
    /// How much of one connection is taken in before others on the loop get a turn.
    private static var burst: Int { 256 * 1024 }
    /// How much may wait to be written before nothing more is read: the answers to requests that have no body are queued
    /// whether there is room or not, and whoever asks on and on has to take them.
    private static var mostOutput: Int { 128 * 1024 }

    /// Reads frames until the connection ends.
    final func read() async {
        var burst = 0
        // The last read brought nothing: TLS may hold a part of a record, which is of no use without the rest.
        var isDry = false
        while !state.isEnded {
            guard takeFrames() else { return }
            if state.isClosing, machine.openStreams == 0 { return }
            if output.count > Self.mostOutput {
                flush()
                await waitUntilWritten(downTo: Self.lowWater)
                continue
            }
            if burst >= Self.burst {
                burst = 0
                await Task.yield()
                continue
            }
            if isDry || !channel.mayHaveInput {
                isDry = false
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
            case .wantsRead: isDry = true
            case .wantsWrite:
                // One task waits for room to write, and it is not this one.
                startWriting()
                await waitUntilWritten()
            case .end, .failed:
                state.isEnded = true
                return
            }
        }
    }

    /// Hands on what is here as a whole; false when the peer broke the protocol.
    private final func takeFrames() -> Bool {
        let wasInBlock = machine.isInFieldBlock
        var tookAny = false
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
            tookAny = true
            handle(taken.event)
        }
        let isInBlock = machine.isInFieldBlock
        if input.isEmpty, !isInBlock {
            state.unfinishedSince = .never
        } else if state.unfinishedSince == .never || tookAny && !(wasInBlock && isInBlock) {
            state.unfinishedSince = loop.now
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
        case .reset(let slot, let code, let byPeer):
            if let stream = stream(of: slot) { didReset(stream, code, byPeer: byPeer) }
        case .malformed(let slot, let flaw):
            if let slot { stream(of: slot)?.close(.protocolError) }
            didReceiveMalformed(flaw)
        case .windowOpened(.some(let slot)): stream(of: slot)?.windowOpened()
        case .windowOpened(nil): letGoOn()
        case .goAway(let last, _): didReceiveGoAway(last: last)
        case .settingsReceived:
            // They may be about windows, which are each stream's then.
            for stream in state.streams { stream?.windowOpened() }
            didReceiveSettings()
        case .pong: didReceivePong()
        }
    }
}
