internal import Bytes
internal import HTTP

/// Takes a message body out of a connection's input, chunked coding removed, without copying it.
///
/// After `advance` has said `.available`, that many bytes of the body are the first of the input; whoever uses them
/// consumes them from the input and tells `didConsume`. Serves both sides: request bodies downstream, response bodies
/// upstream.
struct BodyReader {
    /// What the input holds of the body.
    enum Progress: Equatable {
        /// The next bytes of the body are the first of the input.
        case available(Int)
        /// More must be read from the peer.
        case needsInput
        /// The body is complete.
        case end
    }

    private(set) var framing = BodyFraming.none
    private var decoder = ChunkedDecoder()
    /// Bytes of the body, or of the current chunk, that are still to come out of the input.
    private var remaining: UInt64 = 0
    private(set) var isComplete = true

    /// Whether so much is still to come that larger reads pay.
    var expectsMuch: Bool { !isComplete && remaining > 16 * 1024 }

    /// Body bytes given out so far.
    private(set) var consumed: UInt64 = 0

    /// Starts a body.
    mutating func start(_ framing: BodyFraming) {
        self.framing = framing
        consumed = 0
        remaining = 0
        isComplete = false
        switch framing {
        case .none: isComplete = true
        case .length(let length):
            remaining = length
            isComplete = length == 0
        case .chunked: decoder = ChunkedDecoder()
        case .untilClose: break
        }
    }

    /// What is there, after framing bytes have been consumed from `input`.
    mutating func advance(_ input: inout ByteBuffer, trailers: inout FieldBlock) throws(H1Error) -> Progress {
        if isComplete { return .end }
        switch framing {
        case .none: return .end
        case .length:
            return input.isEmpty ? .needsInput : .available(Int(min(UInt64(input.count), remaining)))
        case .untilClose:
            return input.isEmpty ? .needsInput : .available(input.count)
        case .chunked:
            if remaining > 0 {
                return input.isEmpty ? .needsInput : .available(Int(min(UInt64(input.count), remaining)))
            }
            return try advanceChunked(&input, trailers: &trailers)
        }
    }

    private mutating func advanceChunked(
        _ input: inout ByteBuffer, trailers: inout FieldBlock
    ) throws(H1Error) -> Progress {
        switch try decoder.next(input.readable, trailers: &trailers) {
        case .needMore(let consumed):
            input.consume(consumed)
            return .needsInput
        case .data(let range):
            input.consume(range.lowerBound)
            remaining = UInt64(range.count)
            return .available(range.count)
        case .end(let consumed):
            input.consume(consumed)
            isComplete = true
            return .end
        }
    }

    /// Takes note that `count` body bytes were consumed from the input.
    mutating func didConsume(_ count: Int) {
        consumed += UInt64(count)
        if case .untilClose = framing { return }
        remaining -= UInt64(count)
        if case .length = framing, remaining == 0 { isComplete = true }
    }

    /// The peer has closed: a body that ends with the connection is complete, any other is cut off.
    mutating func endOfInput() -> Bool {
        if case .untilClose = framing { isComplete = true }
        return isComplete
    }
}
