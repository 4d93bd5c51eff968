import Bytes
import HTTP

/// The owner of a connection, which knows of its streams only what events say, and holds the connection to it.
struct H2Owner: ~Copyable {
    /// What it does with a stream.
    enum Way: UInt8 {
        /// Answers at once, and forgets the stream.
        case hasty
        /// Uses up what comes, answers behind it, with trailers.
        case patient
        /// Neither uses up anything nor answers.
        case idle
        /// Answers at once, with more than the windows allow, and uses up half of what comes.
        case greedy
    }

    /// What was seen, to be compared.
    enum Step: Equatable {
        case event(H2Event)
        case data(UInt32, [UInt8], isEnd: Bool)
        case request(RequestPicture)
        case response(Int, FieldsPicture)
        case trailers(FieldsPicture)
        case failure(H2Failure)
    }

    /// What it knows of a stream.
    struct Stream {
        let slot: H2Slot
        /// The length of the peer's message, if it declares one, and how much of it came.
        var declared: UInt64?
        var received: UInt64 = 0
        /// Bytes of data that came and were not used up.
        var unused = 0
        /// Whether the peer's side has ended, or all of it.
        var hasEnded = false
        var isReset = false
        /// Bytes that are still to be sent, and whether an answer has begun.
        var unsent = 0
        var hasAnswered = false
    }

    var connection: H2Connection
    var streams: [Int: Stream] = [:]
    private(set) var wire = H2Wire()
    private(set) var steps: [Step] = []
    private(set) var hasFailed = false
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var highestStream: UInt32 = 0
    let role: H2Connection.Role
    let way: Way

    static let connectionWindow = 70_000
    static let maxConcurrentStreams = 4

    init(_ role: H2Connection.Role, _ way: Way) {
        var settings = H2Settings()
        settings.maxConcurrentStreams = UInt32(Self.maxConcurrentStreams)
        settings.initialWindow = 4000
        settings.connectionWindow = UInt32(Self.connectionWindow)
        // Small, so that the fuzzer meets every guard.
        var limits = H2Limits()
        let few = H2Allowance(burst: 12, perSecond: 1)
        limits.resets = few
        limits.refusals = few
        limits.settings = few
        limits.pings = few
        limits.priorities = few
        limits.emptyFrames = few
        limits.windowUpdates = few
        limits.unknownFrames = few
        limits.strayFrames = few
        limits.continuations = 3
        limits.fieldBlockBytes = 512
        var heads = HeadLimits()
        heads.startLineBytes = 256
        heads.fieldBytes = 1024
        heads.fieldCount = 16
        connection = H2Connection(role: role, settings: settings, limits: limits, headLimits: heads)
        self.role = role
        self.way = way
    }

    /// Says what each side says first; a client makes its requests.
    mutating func start() throws(Violation) {
        var output = ByteBuffer()
        connection.start(to: &output)
        let preface = role == .client ? 24 : 0
        _ = try wire.send(Array(output.readable.array.dropFirst(preface)))
        if role == .client { try openStreams() }
    }

    /// Takes in what it can of `input`; returns how much.
    mutating func receive(_ input: Span<UInt8>) throws(Violation) -> Int {
        var used = 0
        while !hasFailed {
            var output = ByteBuffer()
            let unread = input.extracting(used...)
            let found: (consumed: Int, event: H2Event)
            do throws(H2Failure) {
                found = try connection.receive(unread, now: now, output: &output)
            } catch {
                hasFailed = true
                steps.append(.failure(error))
                _ = try wire.send(output.readable.array)
                try wire.checkGoodbye(code: error.code.rawValue)
                break
            }
            if found.event == .needsInput {
                try hold(found.consumed == 0 && output.isEmpty, "waiting uses and answers nothing")
                break
            }
            try hold((1...unread.count).contains(found.consumed), "used \(found.consumed) of \(unread.count) bytes")
            let taken = unread.extracting(first: found.consumed)
            if let frames = WireFrame.all(in: taken.array), frames.count == 1 { try wire.didReceive(frames[0]) }
            if case .data(let slot, let range, _) = found.event { streams[slot.index]?.unused += range.count }
            try send(output)
            used += found.consumed
            now = now + 1_000_000
            try handle(found.event, taken)
            try hold(connection.openStreams == streams.count, "\(streams.count) slots are known to be taken")
            try hold(streams.count <= Self.maxConcurrentStreams * 2, "too many streams have work here")
        }
        return used
    }

    /// Ends all work. What was received must have been granted again by then, but for less than half of the window.
    mutating func end() throws(Violation) {
        for index in streams.keys.sorted() { try forget(index) }
        try hold(connection.openStreams == 0, "no slot is taken when all are forgotten")
        if !hasFailed {
            try hold(wire.receiveWindow * 2 >= Self.connectionWindow, "\(wire.receiveWindow) bytes of window are left")
        }
    }

    mutating func note(_ step: Step) { steps.append(step) }

    /// Lets `body` write, and sends what it wrote.
    mutating func write(_ body: (inout H2Connection, inout ByteBuffer) -> Void) throws(Violation) {
        var output = ByteBuffer()
        body(&connection, &output)
        try send(output)
    }

    /// Sends what was written. When more data is granted, it is all that was used up and not granted before.
    private mutating func send(_ output: borrowing ByteBuffer) throws(Violation) {
        guard try wire.send(output.readable.array) else { return }
        let whole = wire.receiveWindow + streams.values.reduce(0) { $0 + $1.unused }
        try hold(whole == Self.connectionWindow, "of the connection's window \(whole) bytes are accounted for")
    }

    /// A stream that the peer opened, whose identifiers rise.
    mutating func take(_ slot: H2Slot) throws(Violation) {
        try hold(role == .server && slot.id & 1 == 1 && slot.id > highestStream, "stream \(slot.id) opens out of order")
        try hold(streams[slot.index] == nil, "the slot of stream \(slot.id) is taken already")
        highestStream = slot.id
        streams[slot.index] = Stream(slot: slot)
    }

    mutating func forget(_ index: Int) throws(Violation) {
        guard let slot = streams[index]?.slot else { return }
        streams[index]!.unused = 0
        try write { connection, output in connection.forget(slot, to: &output) }
        streams[index] = nil
    }
}
