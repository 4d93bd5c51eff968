import Bytes

/// One line of a field section, as positions in the input (RFC 9112 section 5).
struct FieldLine {
    var name: Range<Int>
    var value: Range<Int>
    /// The first byte of the next line.
    var next: Int
    /// Whether the line is spelled exactly `name: value CRLF`.
    var isVerbatim: Bool

    /// What a line turned out to be.
    enum Outcome {
        case field(FieldLine)
        /// The empty line; the section ends before this position.
        case end(Int)
        /// The line goes on beyond what there is.
        case cut
    }

    /// Parses a line that starts at `start`, looking at nothing from `end` on.
    ///
    /// This is the fast way, for lines that are all there. It keeps nothing of one that is cut off.
    @inline(__always)
    static func parse(_ input: Span<UInt8>, from start: Int, to end: Int) throws(H1Error) -> Outcome {
        let nameEnd = input.endOfToken(from: start, to: end)
        guard nameEnd < end else { return .cut }
        guard input[nameEnd] == Byte.colon, nameEnd > start else {
            return try withoutName(input, at: nameEnd, isFirst: nameEnd == start, to: end)
        }
        let valueStart = input.endOfWhitespace(from: nameEnd + 1, to: end)
        let textEnd = input.endOfText(from: valueStart, to: end)
        guard textEnd < end, let next = try LineEnd.parse(input, at: textEnd, to: end) else { return .cut }
        return .field(FieldLine(input, start, nameEnd, valueStart, textEnd, next: next))
    }

    /// Parses on in a line that was cut off, or is about to be.
    @inline(never)
    static func resume(_ input: Span<UInt8>, _ cursor: inout LineCursor, to end: Int) throws(H1Error) -> Outcome {
        if cursor.firstEnd == 0 {
            cursor.position = input.endOfToken(from: cursor.position, to: end)
            let position = cursor.position
            guard position < end else { return .cut }
            guard input[position] == Byte.colon, position > cursor.start else {
                return try withoutName(input, at: position, isFirst: position == cursor.start, to: end)
            }
            cursor.firstEnd = position
            cursor.position += 1
        }
        if cursor.secondEnd == 0 {
            cursor.position = input.endOfWhitespace(from: cursor.position, to: end)
            guard cursor.position < end else { return .cut }
            cursor.secondEnd = cursor.position
        }
        cursor.position = input.endOfText(from: cursor.position, to: end)
        guard cursor.position < end, let next = try LineEnd.parse(input, at: cursor.position, to: end) else {
            return .cut
        }
        return .field(
            FieldLine(input, cursor.start, cursor.firstEnd, cursor.secondEnd, cursor.position, next: next))
    }

    @inline(__always)
    private init(
        _ input: Span<UInt8>, _ start: Int, _ nameEnd: Int, _ valueStart: Int, _ textEnd: Int, next: Int
    ) {
        var valueEnd = textEnd
        while valueEnd > valueStart, input[valueEnd - 1] == Byte.space || input[valueEnd - 1] == Byte.tab {
            valueEnd -= 1
        }
        name = start..<nameEnd
        value = valueStart..<valueEnd
        self.next = next
        isVerbatim = valueStart == nameEnd + 2 && input[nameEnd + 1] == Byte.space && valueEnd == textEnd
    }

    /// The empty line, or what is wrong with one that has no name and colon.
    private static func withoutName(
        _ input: Span<UInt8>, at position: Int, isFirst: Bool, to end: Int
    ) throws(H1Error) -> Outcome {
        switch input[position] {
        case Byte.carriageReturn:
            guard let next = try LineEnd.parse(input, at: position, to: end) else { return .cut }
            guard isFirst else { throw .badFieldName }
            return .end(next)
        case Byte.lineFeed: throw .bareLineFeed
        case Byte.space, Byte.tab: throw isFirst ? .obsoleteFold : .spaceBeforeColon
        case 0: throw .controlCharacter
        default: throw .badFieldName
        }
    }
}

/// The end of a line: CRLF, and neither of them alone (RFC 9112 section 2.2).
enum LineEnd {
    /// The position after the CRLF at `position`, which is a control character; nil when its LF has yet to come.
    @inline(__always)
    static func parse(_ input: Span<UInt8>, at position: Int, to end: Int) throws(H1Error) -> Int? {
        guard input[position] == Byte.carriageReturn else {
            throw input[position] == Byte.lineFeed ? .bareLineFeed : .controlCharacter
        }
        guard position + 1 < end else { return nil }
        guard input[position + 1] == Byte.lineFeed else { throw .bareCarriageReturn }
        return position + 2
    }
}

extension Span where Element == UInt8 {
    /// The first byte from `start` on that is neither a space nor a tab; `end` when there is none before it.
    @inline(__always)
    func endOfWhitespace(from start: Int, to end: Int) -> Int {
        var position = start
        while position < end, self[position] == Byte.space || self[position] == Byte.tab { position += 1 }
        return position
    }

    /// The first control character but the tab from `start` on; `end` when there is none before it.
    @inline(__always)
    func endOfText(from start: Int, to end: Int) -> Int {
        var position = firstControl(from: start, to: end)
        while position < end, self[position] == Byte.tab {
            position = firstControl(from: position + 1, to: end)
        }
        return position
    }
}
