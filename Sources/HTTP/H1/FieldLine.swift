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

    /// Parses on in the line of the cursor, looking at nothing from `end` on.
    @inline(__always)
    static func parse(_ input: Span<UInt8>, _ cursor: inout LineCursor, to end: Int) throws(H1Error) -> Outcome {
        let start = cursor.start
        var position = cursor.position
        if cursor.firstEnd == 0 {
            while position < end, FieldSyntax.isTokenByte(input[position]) { position += 1 }
            cursor.position = position
            guard position < end else { return .cut }
            guard input[position] == Byte.colon, position > start else {
                return try withoutName(input, at: position, isFirst: position == start, to: end)
            }
            cursor.firstEnd = position
            position += 1
        }
        if cursor.secondEnd == 0 {
            while position < end, input[position] == Byte.space || input[position] == Byte.tab { position += 1 }
            cursor.position = position
            guard position < end else { return .cut }
            cursor.secondEnd = position
        }
        position = input.endOfText(from: position, to: end)
        cursor.position = position
        guard position < end else { return .cut }
        guard let next = try LineEnd.parse(input, at: position, to: end) else { return .cut }
        let (nameEnd, valueStart) = (cursor.firstEnd, cursor.secondEnd)
        var valueEnd = position
        while valueEnd > valueStart, input[valueEnd - 1] == Byte.space || input[valueEnd - 1] == Byte.tab {
            valueEnd -= 1
        }
        return .field(
            FieldLine(
                name: start..<nameEnd, value: valueStart..<valueEnd, next: next,
                isVerbatim: valueStart == nameEnd + 2 && input[nameEnd + 1] == Byte.space && valueEnd == position))
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
