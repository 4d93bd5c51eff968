import Bytes

/// Parses the heads of responses from bytes as they arrive (RFC 9112 section 4), in the manner of ``RequestParser``.
///
/// An informational response is a head like any other: the final one follows it.
public struct ResponseParser: Sendable {
    private enum Stage: Sendable {
        case start
        case line
        case fields
    }

    /// The limits that apply; a change takes effect with the next head.
    public var limits: HeadLimits
    private var stage = Stage.start
    private var cursor = LineCursor()
    private var section = FieldSection()

    /// - Parameter limits: how much a head may take.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Whether nothing of a head has been seen.
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
    ///   - head: filled step by step and complete when a number is returned.
    /// - Returns: how many bytes the head took, nil when more are needed.
    public mutating func parse(_ input: Span<UInt8>, into head: inout ResponseHead) throws(H1Error) -> Int? {
        if case .start = stage {
            guard !input.isEmpty else { return nil }
            head.reset()
            cursor = LineCursor()
            stage = .line
        }
        if case .line = stage {
            guard let next = try parseLine(input, into: &head) else { return nil }
            section.begin(at: next, in: head.fields)
            stage = .fields
        }
        guard let end = try section.parse(input, into: &head.fields, limits: limits) else { return nil }
        stage = .start
        return end
    }

    private mutating func parseLine(_ input: Span<UInt8>, into head: inout ResponseHead) throws(H1Error) -> Int? {
        let limit = limits.startLineBytes
        guard let line = try StatusLine.parse(input, &cursor, to: min(input.count, limit)) else {
            if input.count >= limit { throw .badStatusLine }
            return nil
        }
        head.version = line.version
        head.status = line.status
        head.setReason(input.extracting(line.reason))
        return line.next
    }
}

/// A status line, as positions in the input (RFC 9112 section 4).
private struct StatusLine {
    var version: Version
    var status: Int
    var reason: Range<Int>
    /// The first byte of the next line.
    var next: Int

    /// Parses the line, looking at nothing from `end` on; nil when it goes on beyond.
    ///
    /// The few bytes before the reason are parsed anew each time.
    static func parse(_ input: Span<UInt8>, _ cursor: inout LineCursor, to end: Int) throws(H1Error) -> StatusLine? {
        guard let version = try HTTPVersion.parse(input, at: 0, to: end) else { return nil }
        var position = HTTPVersion.length
        guard position < end else { return nil }
        guard input[position] == Byte.space else { throw .badStatusLine }
        position += 1
        var status = 0
        for _ in 0..<3 {
            guard position < end else { return nil }
            guard ASCII.isDigit(input[position]) else { throw .badStatusLine }
            status = status * 10 + Int(input[position] - UInt8(ascii: "0"))
            position += 1
        }
        guard status >= 100 else { throw .badStatusLine }
        guard position < end else { return nil }
        // The space before the reason is required, but servers without a reason leave it out.
        if input[position] == Byte.space {
            position += 1
        } else if input[position] != Byte.carriageReturn {
            throw input[position] == Byte.lineFeed ? .bareLineFeed : .badStatusLine
        }
        let reasonStart = position
        position = input.endOfText(from: max(position, cursor.position), to: end)
        cursor.position = position
        guard position < end else { return nil }
        guard let next = try LineEnd.parse(input, at: position, to: end) else { return nil }
        return StatusLine(version: version, status: status, reason: reasonStart..<position, next: next)
    }
}
