import Bytes

/// What the decoder of a chunked body found at the start of its input.
public enum ChunkStep: Equatable, Sendable {
    /// The first `consumed` bytes are used up; nothing comes of the rest before more follows it.
    case needMore(consumed: Int)
    /// Body bytes at these positions. Everything before the range's end is used up.
    case data(Range<Int>)
    /// The body and its trailers are over, and took the first `consumed` bytes.
    case end(consumed: Int)
}

/// Finds the data in a chunked body (RFC 9112 section 7.1), without copying it.
///
/// ```
///   size -> [extension] -> LF -> data -> CR -> LF -> size ...
///                           \ (size 0)
///                            trailers -> end
/// ```
public struct ChunkedDecoder: Sendable {
    private enum State: Sendable {
        case size(UInt64, digits: Int)
        case chunkExtension(UInt64, length: Int)
        case sizeLineFeed(UInt64)
        case data(UInt64)
        case dataCarriageReturn
        case dataLineFeed
        case trailers
        case end
    }

    /// Bytes of extensions in one chunk, and in all chunks of one body.
    static let extensionLimit = (chunk: 256, body: 16 * 1024)

    private var state = State.size(0, digits: 0)
    private var section = FieldSection()
    private var extensionBytes = 0
    private let limits: HeadLimits

    /// - Parameter limits: how much the trailers may take.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Decodes one step.
    ///
    /// - Parameters:
    ///   - input: the unread bytes; those that an earlier step used up are not among them.
    ///   - trailers: filled when the body is over. Fields that must not come in a trailer are left out (RFC 9110
    ///     section 6.5.1).
    public mutating func next(
        _ input: Span<UInt8>, trailers: inout FieldBlock
    ) throws(H1Error) -> ChunkStep {
        var position = 0
        while position < input.count {
            if case .data(let remaining) = state {
                let count = remaining < UInt64(input.count - position) ? Int(remaining) : input.count - position
                let left = remaining - UInt64(count)
                state = left == 0 ? .dataCarriageReturn : .data(left)
                return .data(position..<position + count)
            }
            if case .trailers = state {
                // The section counts from its own first byte, so what came before must be gone when it starts.
                guard position == 0 else { return .needMore(consumed: position) }
                guard let end = try section.parse(input, into: &trailers, limits: limits) else {
                    return .needMore(consumed: 0)
                }
                trailers.removeAll { index, fields in !fields.known(at: index).mayBeTrailer }
                state = .end
                return .end(consumed: end)
            }
            if case .end = state { return .end(consumed: position) }
            try take(input[position])
            position += 1
            if case .trailers = state {
                trailers.removeAll()
                section.begin(at: 0, in: trailers)
                guard position < input.count else { break }
                return try finish(input, from: position, trailers: &trailers)
            }
        }
        return .needMore(consumed: position)
    }

    /// Parses trailers that begin in the middle of the input.
    private mutating func finish(
        _ input: Span<UInt8>, from position: Int, trailers: inout FieldBlock
    ) throws(H1Error) -> ChunkStep {
        switch try next(input.extracting(position..<input.count), trailers: &trailers) {
        case .end(let consumed): .end(consumed: position + consumed)
        case .needMore, .data: .needMore(consumed: position)
        }
    }

    /// Takes one byte of what is not data.
    private mutating func take(_ byte: UInt8) throws(H1Error) {
        switch state {
        case .size(let size, let digits):
            if let digit = ASCII.hexValue(byte) {
                // Sixteen digits with the top bits clear stay far from overflow, leading zeros included.
                guard size >> 56 == 0, digits < 16 else { throw .chunkSizeOverflow }
                state = .size(size << 4 | UInt64(digit), digits: digits + 1)
                return
            }
            guard digits > 0 else { throw byte == Byte.lineFeed ? .bareLineFeed : .badChunkSize }
            try endSize(size, byte)
        case .chunkExtension(let size, let length):
            if byte == Byte.carriageReturn {
                state = .sizeLineFeed(size)
                return
            }
            guard FieldSyntax.isValueByte(byte) else {
                throw byte == Byte.lineFeed ? .bareLineFeed : .controlCharacter
            }
            extensionBytes += 1
            guard length < Self.extensionLimit.chunk, extensionBytes <= Self.extensionLimit.body else {
                throw .chunkExtensionTooLong
            }
            state = .chunkExtension(size, length: length + 1)
        case .sizeLineFeed(let size):
            guard byte == Byte.lineFeed else { throw .bareCarriageReturn }
            state = size == 0 ? .trailers : .data(size)
        case .dataCarriageReturn:
            guard byte == Byte.carriageReturn else { throw .badChunkEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == Byte.lineFeed else { throw .badChunkEnd }
            state = .size(0, digits: 0)
        case .data, .trailers, .end:
            preconditionFailure("a byte that is not between the chunks")
        }
    }

    private mutating func endSize(_ size: UInt64, _ byte: UInt8) throws(H1Error) {
        switch byte {
        case Byte.carriageReturn: state = .sizeLineFeed(size)
        case Byte.semicolon: state = .chunkExtension(size, length: 1)
        case Byte.lineFeed: throw .bareLineFeed
        default: throw .badChunkSize
        }
    }
}

extension KnownField {
    /// Whether the field may come after the body: nothing that frames, routes, authenticates or describes it (RFC 9110
    /// section 6.5.1).
    var mayBeTrailer: Bool {
        switch self {
        case .host, .contentLength, .contentType, .contentEncoding, .contentRange, .authorization, .cookie, .setCookie,
            .expect, .range, .cacheControl, .trailer, .location, .wwwAuthenticate, .forwarded, .xForwardedFor,
            .xForwardedProto, .xForwardedHost, .xForwardedPort, .xRealIP, .xRequestID:
            false
        default: !isHopByHop
        }
    }
}
