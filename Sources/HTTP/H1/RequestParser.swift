import Bytes

/// Parses the heads of requests from bytes as they arrive (RFC 9112 section 3).
///
/// Give it the unread bytes, the same ones again with more behind them until the head is complete; it remembers how far
/// it got. A line is parsed in one pass and its fields are indexed where they lie. After a head it is ready for the
/// next; after an error it is not to be used again, as nobody knows where the next message would start.
///
/// ```
///           line complete          empty line
///   line ------------------> fields ----------> (head) -> line
///     |                        |
///     +---- H1Error <----------+
/// ```
public struct RequestParser: Sendable {
    private enum Stage: Sendable {
        case start
        case line
        case fields
    }

    /// The limits that apply; a change takes effect with the next head.
    public var limits: HeadLimits
    private let scheme: Scheme
    private var stage = Stage.start
    private var cursor = LineCursor()
    private var section = FieldSection()

    /// - Parameters:
    ///   - scheme: how requests come on this connection.
    ///   - limits: how much a head may take.
    public init(scheme: Scheme = .https, limits: HeadLimits = HeadLimits()) {
        self.scheme = scheme
        self.limits = limits
    }

    /// Whether nothing of a head has been seen: the connection is idle, and may be closed without an answer.
    public var isIdle: Bool {
        switch stage {
        case .start: true
        case .line, .fields: false
        }
    }

    /// Parses on.
    ///
    /// - Parameters:
    ///   - input: the unread bytes, from the first of the head.
    ///   - head: filled step by step and complete when a number is returned. After an error it holds what was valid
    ///     before it: nothing, or the request line.
    /// - Returns: how many bytes the head took, nil when more are needed.
    public mutating func parse(_ input: Span<UInt8>, into head: inout RequestHead) throws(H1Error) -> Int? {
        if case .start = stage {
            guard !input.isEmpty else { return nil }
            head.reset()
            head.scheme = scheme
            cursor = LineCursor()
            stage = .line
        }
        if case .line = stage {
            guard let next = try parseLine(input, into: &head) else { return nil }
            section.begin(at: next, in: head.fields)
            stage = .fields
        }
        guard let end = try section.parse(input, into: &head.fields, limits: limits) else { return nil }
        try head.takeHost()
        stage = .start
        return end
    }

    private mutating func parseLine(_ input: Span<UInt8>, into head: inout RequestHead) throws(H1Error) -> Int? {
        if cursor.start == 0, input[0] == Byte.carriageReturn {
            // One empty line before a request is what some old clients send after a body (RFC 9112 section 2.2).
            guard input.count > 1 else { return nil }
            guard input[1] == Byte.lineFeed else { throw .bareCarriageReturn }
            cursor.advance(to: 2)
        }
        let limit = cursor.start + limits.startLineBytes
        guard let line = try RequestLine.parse(input, &cursor, to: min(input.count, limit)) else {
            if input.count >= limit { throw .targetTooLong }
            return nil
        }
        head.version = line.version
        try head.setMethod(input.extracting(line.method))
        try head.setTarget(input.extracting(line.target), allowsEncodedSlashes: limits.allowsEncodedSlashes)
        return line.next
    }
}
