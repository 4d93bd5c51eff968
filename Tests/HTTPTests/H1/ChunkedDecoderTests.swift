import Bytes
import HTTP
import Testing

/// What a chunked body came to.
private struct Body: Equatable {
    var data: [UInt8] = []
    var trailers: [String] = []
    var rest = 0
    var error: H1Error?
    var isComplete = false
}

/// Decodes a body that arrives `step` bytes at a time.
private func decode(_ bytes: [UInt8], step: Int = .max) -> Body {
    var decoder = ChunkedDecoder()
    var trailers = FieldBlock()
    var body = Body()
    var consumed = 0
    var available = 0
    do {
        while available < bytes.count {
            available = step < bytes.count - available ? available + step : bytes.count
            reading: while true {
                let input = bytes.span.extracting(consumed..<available)
                switch try decoder.next(input, trailers: &trailers) {
                case .needMore(let count):
                    consumed += count
                    break reading
                case .data(let range):
                    body.data += input.extracting(range).array
                    consumed += range.upperBound
                case .end(let count):
                    body.trailers = trailers.texts
                    body.rest = bytes.count - consumed - count
                    body.isComplete = true
                    return body
                }
            }
        }
    } catch {
        body.error = error
    }
    return body
}

@Suite struct ChunkedDecoderTests {
    @Test(
        arguments: [
            ("0\r\n\r\n", "", [], 0), ("5\r\nhello\r\n0\r\n\r\n", "hello", [], 0),
            ("5;a=b;c=\"d\"\r\nhello\r\n6\r\n world\r\n000\r\n\r\nGET", "hello world", [], 3),
            (
                "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\nX: y\r\nZ:w\r\n\r\n", "01234567890123456789",
                ["X: y", "Z: w"], 0
            ),
            ("1\r\n\n\r\n0\r\nContent-Length: 5\r\nHost: a\r\nETag: e\r\n\r\nmore", "\n", ["ETag: e"], 4),
        ] as [(String, String, [String], Int)])
    func `a good body is the same whole and in any steps`(text: String, data: String, trailers: [String], rest: Int) {
        for step in [Int.max, 1, 2, 3, 5] {
            let body = decode(text.bytes, step: step)
            #expect(
                body
                    == Body(
                        data: data.bytes, trailers: trailers, rest: step == .max ? rest : body.rest, isComplete: true))
            if step == .max { #expect(body.rest == rest) }
        }
    }

    @Test(arguments: [
        ("chunk size overflow", "10000000000000000\r\n", H1Error.chunkSizeOverflow),
        ("chunk size wraps", "fffffffffffffffff\r\n", .chunkSizeOverflow),
        ("many leading zeros", "00000000000000005\r\nhello", .chunkSizeOverflow),
        ("no size", "\r\n", .badChunkSize), ("extension only", ";a\r\n", .badChunkSize),
        ("negative", "-1\r\n", .badChunkSize), ("0x", "0x5\r\nhello\r\n", .badChunkSize),
        ("space before the size", " 5\r\n", .badChunkSize), ("space after the size", "5 \r\nhello", .badChunkSize),
        ("bare LF after the size", "5\nhello\r\n", .bareLineFeed), ("bare LF alone", "\n", .bareLineFeed),
        ("bare CR after the size", "5\rhello\r\n", .bareCarriageReturn),
        ("bare LF in an extension", "5;a\nhello\r\n", .bareLineFeed),
        ("bare CR in an extension", "5;a\rb\r\nhello\r\n", .bareCarriageReturn),
        ("NUL in an extension", "5;\u{0}\r\n", .controlCharacter),
        ("long extension", "5;" + String(repeating: "a", count: 300), .chunkExtensionTooLong),
        (
            "many extensions", String(repeating: "1;\(String(repeating: "a", count: 200))\r\nx\r\n", count: 100),
            .chunkExtensionTooLong
        ),
        ("missing CRLF after data", "5\r\nhello0\r\n\r\n", .badChunkEnd),
        ("bare LF after data", "5\r\nhello\n0\r\n\r\n", .badChunkEnd),
        ("bare CR after data", "5\r\nhello\r0\r\n", .badChunkEnd),
        ("longer than said", "4\r\nhello\r\n0\r\n\r\n", .badChunkEnd),
        ("fold in trailers", "0\r\nA: b\r\n c\r\n\r\n", .obsoleteFold),
        ("bare LF in trailers", "0\r\nA: b\n\r\n", .bareLineFeed),
        ("bare LF at the end", "0\r\n\n", .bareLineFeed),
        ("space before colon", "0\r\nA : b\r\n\r\n", .spaceBeforeColon),
        ("trailers too large", "0\r\nA: " + String(repeating: "b", count: 33000), .fieldsTooLarge),
        ("too many trailers", "0\r\n" + String(repeating: "A: b\r\n", count: 101), .tooManyFields),
    ])
    func `an attack is refused alike whole and byte by byte`(attack: String, text: String, error: H1Error) {
        for step in [Int.max, 1, 3] { #expect(decode(text.bytes, step: step).error == error) }
    }

    @Test func `a body that is cut off anywhere is not complete`() {
        let bytes = "5;a\r\nhello\r\n0\r\nA: b\r\n\r\n".bytes
        for length in 0..<bytes.count {
            let body = decode(Array(bytes[..<length]))
            #expect(!body.isComplete && body.error == nil)
        }
    }

    @Test func `random bodies never trap, and mean the same in all steps`() {
        var random = SeededGenerator(state: 2)
        let alphabet = "0125af;\r\n: x".bytes
        for _ in 0..<5000 {
            let bytes = (0..<40).map { _ in alphabet.randomElement(using: &random)! }
            var whole = decode(bytes)
            var single = decode(bytes, step: 1)
            whole.rest = 0
            single.rest = 0
            #expect(whole == single, "\(bytes)")
        }
    }
}
