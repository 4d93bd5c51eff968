import Bytes

/// A request line, as positions in the input (RFC 9112 section 3).
struct RequestLine {
    var method: Range<Int>
    var target: Range<Int>
    var version: Version
    /// The first byte of the next line.
    var next: Int

    /// Parses on in the line of the cursor, looking at nothing from `end` on; nil when it goes on beyond.
    static func parse(_ input: Span<UInt8>, _ cursor: inout LineCursor, to end: Int) throws(H1Error) -> RequestLine? {
        let start = cursor.start
        var position = cursor.position
        if cursor.firstEnd == 0 {
            position = input.endOfToken(from: position, to: end)
            cursor.position = position
            guard position < end else { return nil }
            guard position > start, input[position] == Byte.space else { throw wrong(input[position], .badMethod) }
            cursor.firstEnd = position
            position += 1
        }
        let targetStart = cursor.firstEnd + 1
        if cursor.secondEnd == 0 {
            // Which of these bytes a target may hold is for the target to say; here it ends at a space.
            while position < end, input[position] > Byte.space, input[position] != 0x7F { position += 1 }
            cursor.position = position
            guard position < end else { return nil }
            guard position > targetStart, input[position] == Byte.space else {
                throw wrong(input[position], .badTarget)
            }
            cursor.secondEnd = position
        }
        // The rest is ten bytes, which are parsed anew each time.
        position = cursor.secondEnd + 1
        guard let version = try HTTPVersion.parse(input, at: position, to: end) else { return nil }
        position += HTTPVersion.length
        guard position < end else { return nil }
        guard input[position] == Byte.carriageReturn else { throw wrong(input[position], .badRequestLine) }
        guard let next = try LineEnd.parse(input, at: position, to: end) else { return nil }
        return RequestLine(
            method: start..<cursor.firstEnd, target: targetStart..<cursor.secondEnd, version: version, next: next)
    }

    private static func wrong(_ byte: UInt8, _ otherwise: H1Error) -> H1Error {
        switch byte {
        case Byte.lineFeed: .bareLineFeed
        case Byte.space, Byte.tab, Byte.carriageReturn: .badRequestLine
        default: otherwise
        }
    }
}

/// The version at the start of a status line or the end of a request line (RFC 9112 section 2.3).
enum HTTPVersion {
    /// Bytes of `HTTP/1.1`.
    static var length: Int { 8 }
    private static let prefix: InlineArray<5, UInt8> = [0x48, 0x54, 0x54, 0x50, 0x2F]

    /// The version that stands at `start`, nil when it goes on beyond `end`.
    static func parse(_ input: Span<UInt8>, at start: Int, to end: Int) throws(H1Error) -> Version? {
        for index in 0..<length {
            guard start + index < end else { return nil }
            let byte = input[start + index]
            let fits =
                switch index {
                case 0..<5: byte == prefix[index]
                case 6: byte == Byte.period
                default: ASCII.isDigit(byte)
                }
            guard fits else { throw .badVersion }
        }
        guard input[start + 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        // A higher minor version is answered as 1.1 (RFC 9110 section 2.5).
        return input[start + 7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}
