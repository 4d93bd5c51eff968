import Bytes
import HTTP

/// One side of a connection under test: it takes bytes as a peer would send them, and keeps what they led to.
final class H2Endpoint {
    var connection: H2Connection
    var output = ByteBuffer()
    let role: H2Connection.Role
    var now = Instant(nanoseconds: 1_000_000_000)
    /// The connection error that ended the connection.
    private(set) var failure: H2Failure?
    /// Each request or response head that came, and each trailer section.
    private(set) var heads: [String] = []
    /// The data that came, by stream.
    private(set) var data: [UInt32: [UInt8]] = [:]
    private var input: [UInt8] = []

    init(
        _ role: H2Connection.Role, settings: H2Settings = H2Settings(), limits: H2Limits = H2Limits(),
        headLimits: HeadLimits = HeadLimits()
    ) {
        self.role = role
        connection = H2Connection(role: role, settings: settings, limits: limits, headLimits: headLimits)
    }

    /// A server whose client has said its preface and knows the server's settings.
    static func server(
        settings: H2Settings = H2Settings(), limits: H2Limits = H2Limits(), headLimits: HeadLimits = HeadLimits(),
        client: [(UInt16, UInt32)] = []
    ) -> H2Endpoint {
        let endpoint = H2Endpoint(.server, settings: settings, limits: limits, headLimits: headLimits)
        endpoint.connection.start(to: &endpoint.output)
        _ = endpoint.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".bytes)
        _ = endpoint.receive(.settings(client), .settingsAcknowledgement)
        endpoint.output.removeAll()
        return endpoint
    }

    /// A client whose server has sent its settings and knows the client's.
    static func client(
        settings: H2Settings = H2Settings(), limits: H2Limits = H2Limits(), server: [(UInt16, UInt32)] = []
    ) -> H2Endpoint {
        let endpoint = H2Endpoint(.client, settings: settings, limits: limits)
        endpoint.connection.start(to: &endpoint.output)
        _ = endpoint.receive(.settings(server), .settingsAcknowledgement)
        endpoint.output.removeAll()
        return endpoint
    }

    /// Takes in frames and returns the events other than `none`.
    @discardableResult
    func receive(_ frames: WireFrame...) -> [H2Event] { receive(frames.flatMap(\.bytes)) }

    /// Takes in frames and returns the events other than `none`.
    @discardableResult
    func receive(_ frames: [WireFrame]) -> [H2Event] { receive(frames.flatMap(\.bytes)) }

    /// Takes in bytes, `step` at a time, until they are used up or the connection fails.
    @discardableResult
    func receive(_ bytes: [UInt8], step: Int = .max) -> [H2Event] {
        var events: [H2Event] = []
        var rest = bytes[...]
        while !rest.isEmpty, failure == nil {
            input += rest.prefix(step)
            rest = rest.dropFirst(step)
            while failure == nil, let event = receiveOne() {
                if event != .none { events.append(event) }
            }
        }
        return events
    }

    /// Takes in one frame; nil when there is none.
    private func receiveOne() -> H2Event? {
        do {
            let (consumed, event) = try connection.receive(input.span, now: now, output: &output)
            precondition((consumed == 0) == (event == .needsInput), "input is needed exactly when none was used")
            guard consumed > 0 else { return nil }
            note(event)
            input.removeFirst(consumed)
            return event
        } catch {
            failure = error
            return nil
        }
    }

    private func note(_ event: H2Event) {
        switch event {
        case .head where role == .server: heads.append(describe(connection.requestHead))
        case .head: heads.append(describe(connection.responseHead))
        case .trailers: heads.append(connection.trailers.texts.joined(separator: "|"))
        case .data(let slot, let range, _): data[slot.id, default: []] += input[range]
        default: break
        }
    }

    /// The frames that were sent since the last call.
    func sent() -> [WireFrame] {
        WireFrame.all(in: sentBytes())
    }

    /// Opens a stream of a server, with a request that has a body to come.
    func open(_ id: UInt32, _ block: [UInt8] = WireBlocks.post) -> H2Slot {
        guard case .head(let slot, _) = receive(.headers(id, block, isEnd: false)).first else {
            preconditionFailure("a request was not taken")
        }
        return slot
    }

    /// Opens a stream of a client and sends its request.
    func request(_ text: String = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", isEnd: Bool = true) -> H2Slot {
        guard let slot = connection.open(), let head = try? requestHead(text) else {
            preconditionFailure("no stream to open")
        }
        var path = head.path.array
        if let query = head.query { path += "?".bytes + query.array }
        connection.sendRequest(slot, head, path: path.span, contentLength: nil, isEnd: isEnd, to: &output)
        return slot
    }

    /// Sends a response head.
    func respond(_ slot: H2Slot, status: Int = 200, isEnd: Bool = true) {
        var head = ResponseHead()
        head.status = status
        connection.sendResponse(slot, head, contentLength: nil, isEnd: isEnd, to: &output)
    }

    /// Sends data and returns how much of it was taken.
    func send(_ slot: H2Slot, _ bytes: [UInt8], isEnd: Bool = false) -> Int {
        connection.sendData(slot, bytes.span, isEnd: isEnd, to: &output)
    }

    /// Answers a request and forgets it.
    func finish(_ slot: H2Slot) {
        respond(slot)
        connection.forget(slot, to: &output)
    }

    func consume(_ slot: H2Slot, _ count: Int) { connection.didConsume(slot, count, to: &output) }
    func reset(_ slot: H2Slot, _ code: H2ErrorCode) { connection.reset(slot, code, to: &output) }
    func forget(_ slot: H2Slot) { connection.forget(slot, to: &output) }
    func window(of slot: H2Slot) -> Int { connection.sendWindow(of: slot) }
    func priority(of slot: H2Slot) -> Priority { connection.priority(of: slot) }
    var isGoingAway: Bool { connection.isGoingAway }
    func dropOutput(leaving count: Int = 0) { output.consume(max(output.count - count, 0)) }
    func start() { connection.start(to: &output) }
    func isClosed(_ slot: H2Slot) -> Bool { connection.isClosed(slot) }
    var openStreams: Int { connection.openStreams }
    /// The bytes that were sent since the last call.
    func sentBytes() -> [UInt8] {
        defer { output.removeAll() }
        return output.readable.array
    }
}

extension H2Slot {
    /// The slot of a connection's first stream.
    static var first: H2Slot { at(0, id: 1) }

    /// A slot by its place: what a server gives out for its first stream tells how one is made.
    static func at(_ index: Int, id: UInt32) -> H2Slot { H2Slot(index: index, id: id) }
}
