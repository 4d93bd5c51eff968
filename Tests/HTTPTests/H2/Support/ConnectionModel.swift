import HTTP

/// A client that keeps books about windows and states from what it sends and what it sees on the wire, and a server under
/// test that has to agree after each act.
struct ConnectionModel {
    /// What the client knows of a stream.
    private struct Stream {
        var slot: H2Slot
        /// What the client may send.
        var sendWindow: Int
        /// What the server may send.
        var receiveWindow: Int
        var clientEnded: Bool
        var serverEnded = false
        var isReset = false
        /// Bytes that the server's owner holds.
        var held = 0

        var isClosed: Bool { isReset || clientEnded && serverEnded }
    }

    private let server: H2Endpoint
    private var generator: SeededGenerator
    private var streams: [UInt32: Stream] = [:]
    private var nextStream: UInt32 = 1
    /// What the client may send in all.
    private var sendWindow: Int
    /// What the server may send in all.
    private var receiveWindow = 65_535
    private var initialWindow = 65_535
    /// How many acts did something.
    private(set) var acts = 0

    private static let streamWindow = 20_000
    private static let connectionWindow = 70_000
    private static let mostStreams = 12

    init(seed: UInt64) {
        var settings = H2Settings()
        settings.initialWindow = UInt32(Self.streamWindow)
        settings.connectionWindow = UInt32(Self.connectionWindow)
        settings.maxConcurrentStreams = UInt32(Self.mostStreams)
        server = .server(settings: settings, limits: .open)
        generator = SeededGenerator(state: seed)
        sendWindow = Self.connectionWindow
    }

    /// Does one thing at random; returns in what the server then differs from the model.
    mutating func act() -> String? {
        acts += 1
        let difference =
            switch random(12) {
            case 0: openStream()
            case 1, 2: sendData()
            case 3: sendReset()
            case 4: openWindow()
            case 5: sendSettings()
            case 6: respond()
            case 7, 8: respondData()
            case 9: consume()
            case 10: resetFromServer()
            default: forget()
            }
        return difference ?? compare()
    }

    // MARK: The client acts

    private mutating func openStream() -> String? {
        let id = nextStream
        nextStream += 2
        let isEnd = random(2) == 0
        let active = streams.values.count { !$0.isClosed }
        let isRefused = active >= Self.mostStreams || streams.count >= 2 * Self.mostStreams
        let events = server.receive(.headers(id, WireBlocks.post, isEnd: isEnd))
        if isRefused { return events.isEmpty ? nil : "a stream above the limit gave \(events)" }
        guard case .head(let slot, isEnd) = events.first, slot.id == id, events.count == 1 else {
            return "a request gave \(events)"
        }
        guard !streams.values.contains(where: { $0.slot.index == slot.index }) else { return "a slot given twice" }
        streams[id] = Stream(
            slot: slot, sendWindow: Self.streamWindow, receiveWindow: initialWindow, clientEnded: isEnd)
        return nil
    }

    private mutating func sendData() -> String? {
        guard let id = pick({ !$0.clientEnded && !$0.isReset }) else { return skip() }
        let stream = streams[id]!
        let size = min(random(6000), max(stream.sendWindow, 0), max(sendWindow, 0), 16_000)
        let padding = random(4) == 0 && size + 20 <= min(stream.sendWindow, sendWindow) ? UInt8(random(20)) : nil
        let isEnd = random(6) == 0
        let bytes = [UInt8](repeating: 9, count: size)
        let charged = size + (padding.map { Int($0) + 1 } ?? 0)
        streams[id]!.sendWindow -= charged
        sendWindow -= charged
        streams[id]!.held += size
        streams[id]!.clientEnded = isEnd
        let frame = padding.map { WireFrame.padded(id, bytes, padding: $0, isEnd: isEnd) }
        let events = server.receive(frame ?? .data(id, bytes, isEnd: isEnd))
        let start = padding == nil ? 9 : 10
        let expected: [H2Event] = size == 0 && !isEnd ? [] : [.data(stream.slot, start..<start + size, isEnd: isEnd)]
        return events == expected ? nil : "data gave \(events)"
    }

    private mutating func sendReset() -> String? {
        guard let id = pick({ _ in true }) else { return skip() }
        let stream = streams[id]!
        streams[id]!.isReset = true
        let events = server.receive(.reset(id))
        let expected: [H2Event] = stream.isClosed ? [] : [.reset(stream.slot, .cancel, byPeer: true)]
        return events == expected ? nil : "a reset gave \(events)"
    }

    private mutating func openWindow() -> String? {
        let increment = random(9000) + 1
        guard random(3) > 0, let id = pick({ _ in true }) else {
            receiveWindow += increment
            let events = server.receive(.windowUpdate(0, UInt32(increment)))
            return events == [.windowOpened(nil)] ? nil : "the connection's window gave \(events)"
        }
        let stream = streams[id]!
        streams[id]!.receiveWindow += increment
        let events = server.receive(.windowUpdate(id, UInt32(increment)))
        let expected: [H2Event] = stream.isClosed ? [] : [.windowOpened(stream.slot)]
        return events == expected ? nil : "a window gave \(events)"
    }

    private mutating func sendSettings() -> String? {
        let window = random(100_000)
        for id in streams.keys { streams[id]!.receiveWindow += window - initialWindow }
        initialWindow = window
        let events = server.receive(.settings([(4, UInt32(window))]))
        return events == [.settingsReceived] ? nil : "settings gave \(events)"
    }

    // MARK: The server's owner acts

    private mutating func respond() -> String? {
        guard let id = pick({ !$0.isClosed && !$0.serverEnded }) else { return skip() }
        server.respond(streams[id]!.slot, isEnd: random(3) == 0)
        return nil
    }

    private mutating func respondData() -> String? {
        guard let id = pick({ _ in true }) else { return skip() }
        let stream = streams[id]!
        let size = random(30_000)
        let taken = server.send(stream.slot, .init(repeating: 3, count: size), isEnd: random(4) == 0)
        let window = max(min(stream.receiveWindow, receiveWindow), 0)
        let expected = stream.isClosed || stream.serverEnded ? 0 : min(size, window)
        return taken == expected ? nil : "\(taken) bytes were taken instead of \(expected)"
    }

    private mutating func consume() -> String? {
        guard let id = pick({ $0.held > 0 }) else { return skip() }
        let count = random(streams[id]!.held) + 1
        streams[id]!.held -= count
        server.consume(streams[id]!.slot, count)
        return nil
    }

    private mutating func resetFromServer() -> String? {
        guard random(3) == 0, let id = pick({ _ in true }) else { return skip() }
        server.reset(streams[id]!.slot, .internalError)
        return nil
    }

    private mutating func forget() -> String? {
        guard let id = pick({ $0.isClosed || $0.serverEnded }) else { return skip() }
        server.forget(streams[id]!.slot)
        readOutput()
        streams[id] = nil
        return nil
    }

    // MARK: What is on the wire

    /// Books what the server sent.
    private mutating func readOutput() {
        for frame in server.sent() {
            let isEnd = frame.flags & WireFrame.endStream != 0
            switch frame.type {
            case 0:
                receiveWindow -= frame.payload.count
                streams[frame.stream]!.receiveWindow -= frame.payload.count
                streams[frame.stream]!.serverEnded = isEnd
            case 1: streams[frame.stream]!.serverEnded = isEnd
            case 3: streams[frame.stream]?.isReset = true
            case 8:
                let increment = frame.payload.reduce(0) { $0 << 8 | Int($1) }
                if frame.stream == 0 { sendWindow += increment } else { streams[frame.stream]!.sendWindow += increment }
            default: break
            }
        }
    }

    /// Returns in what the server differs.
    private mutating func compare() -> String? {
        readOutput()
        if let failure = server.failure { return "the connection failed: \(failure)" }
        if server.openStreams != streams.count { return "\(server.openStreams) slots, \(streams.count) streams" }
        if sendWindow > Self.connectionWindow { return "more granted than the connection's window" }
        for (id, stream) in streams {
            if server.isClosed(stream.slot) != stream.isClosed { return "stream \(id) is closed on one side only" }
            if stream.sendWindow > Self.streamWindow { return "more granted than the window of stream \(id)" }
            let window = max(min(stream.receiveWindow, receiveWindow), 0)
            if !stream.isClosed, server.window(of: stream.slot) != window {
                return "stream \(id) may send another amount"
            }
        }
        // When nothing is held, at most half of the window is owed.
        if streams.values.allSatisfy({ $0.held == 0 }), sendWindow <= Self.connectionWindow / 2 {
            return "the connection's window is lost"
        }
        return nil
    }

    private mutating func pick(_ isRight: (Stream) -> Bool) -> UInt32? {
        streams.filter { isRight($0.value) }.keys.sorted().randomElement(using: &generator)
    }

    private mutating func skip() -> String? {
        acts -= 1
        return nil
    }

    private mutating func random(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
}
