import Bytes
import HTTP
import Testing

/// Random conversations against a small model of what both sides know, and random bytes against nothing but their
/// survival.
@Suite struct ConnectionModelTests {
    @Test(arguments: 0..<40)
    func `windows, states and slots are what both sides can work out`(seed: Int) {
        var model = ConnectionModel(seed: UInt64(seed))
        for step in 0..<400 {
            if let difference = model.act() {
                Issue.record("seed \(seed), step \(step): \(difference)")
                return
            }
        }
        #expect(model.acts > 200)
    }

    @Test(arguments: 0..<40)
    func `frames that come byte by byte mean the same`(seed: Int) {
        var generator = SeededGenerator(state: UInt64(seed) &+ 1000)
        let frames = Self.conversation(&generator, count: 60)
        let whole = H2Endpoint.server(limits: .open)
        let split = H2Endpoint.server(limits: .open)
        var expected: [H2Event] = []
        for frame in frames { expected += whole.receive(frame) }
        let events = split.receive(frames.flatMap(\.bytes), step: Int.random(in: 1...7, using: &generator))
        #expect(events == expected)
        #expect(split.failure == whole.failure)
        #expect(split.data == whole.data)
        #expect(split.heads == whole.heads)
        #expect(split.sentBytes() == whole.sentBytes())
    }

    @Test(arguments: 0..<80)
    func `nothing that a peer sends traps`(seed: Int) {
        var generator = SeededGenerator(state: UInt64(seed) &+ 5000)
        for role in [H2Connection.Role.server, .client] {
            let endpoint = role == .server ? H2Endpoint.server(limits: .open) : H2Endpoint.client(limits: .open)
            if role == .client { for _ in 0..<5 { _ = endpoint.request(isEnd: .random(using: &generator)) } }
            for frame in Self.conversation(&generator, count: 40) {
                var frame = frame
                if .random(using: &generator), !frame.payload.isEmpty {
                    let index = Int.random(in: 0..<frame.payload.count, using: &generator)
                    frame.payload[index] = .random(in: 0...255, using: &generator)
                }
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    frame.flags = .random(in: 0...255, using: &generator)
                }
                for event in endpoint.receive(frame) { Self.answer(event, at: endpoint, &generator) }
                guard endpoint.failure == nil else { break }
            }
            #expect(endpoint.openStreams <= 200)
        }
    }

    /// Frames that a client might send, many of them at the wrong time.
    private static func conversation(_ generator: inout SeededGenerator, count: Int) -> [WireFrame] {
        var next: UInt32 = 1
        return (0..<count).map { _ in
            let stream = UInt32.random(in: 0..<max(next, 1), using: &generator) | 1
            let size = [0, 1, 100, 5000, 16_384].randomElement(using: &generator)!
            let isEnd = Int.random(in: 0..<4, using: &generator) == 0
            switch Int.random(in: 0..<24, using: &generator) {
            case 0..<8:
                defer { next += 2 }
                let block = [WireBlocks.get, WireBlocks.post, WireBlocks.malformed, WireBlocks.post(length: "100")]
                return .headers(next, block.randomElement(using: &generator)!, isEnd: isEnd)
            case 8..<12: return .data(stream, .init(repeating: 1, count: size), isEnd: isEnd)
            case 12:
                return .padded(
                    stream, .init(repeating: 1, count: size / 2), padding: .random(in: 0...255, using: &generator))
            case 13: return .reset(stream)
            case 14..<17: return .windowUpdate(isEnd ? 0 : stream, .random(in: 0..<1 << 20, using: &generator))
            case 17: return .settings([(4, .random(in: 0..<1 << 20, using: &generator))])
            case 18: return .ping()
            case 19: return .priority(stream, on: 3)
            case 20: return .priorityUpdate(stream, "u=2, i")
            case 21: return .headers(stream, WireBlocks.trailers)
            case 22:
                return WireFrame(type: .random(in: 5...255, using: &generator), stream: stream, payload: [1, 2, 3, 4])
            default: return .settingsAcknowledgement
            }
        }
    }

    /// Does something with what came, or nothing.
    private static func answer(_ event: H2Event, at endpoint: H2Endpoint, _ generator: inout SeededGenerator) {
        let slot: H2Slot
        switch event {
        case .head(let came, _), .refusedHead(let came, _, _), .trailers(let came), .reset(let came, _, _): slot = came
        case .data(let came, let range, _):
            slot = came
            endpoint.consume(slot, range.count)
        default: return
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: endpoint.respond(slot, isEnd: .random(using: &generator))
        case 1: _ = endpoint.send(slot, .init(repeating: 2, count: 30_000), isEnd: .random(using: &generator))
        case 2: endpoint.reset(slot, .internalError)
        case 3: endpoint.forget(slot)
        default: break
        }
    }
}

extension H2Limits {
    /// Limits that no test reaches.
    static var open: H2Limits {
        var limits = H2Limits()
        let any = H2Allowance(burst: .max, perSecond: 1)
        limits.resets = any
        limits.refusals = any
        limits.settings = any
        limits.pings = any
        limits.priorities = any
        limits.emptyFrames = any
        limits.windowUpdates = any
        limits.unknownFrames = any
        limits.strayFrames = any
        return limits
    }
}
