import Bytes
import HTTP
import Testing

@testable import Transport

@Suite struct BodyReaderTests {
    /// Feeds `wire` in pieces, and takes what is available in bites; returns the body and what is left of the input.
    private func read(
        _ wire: String, _ framing: BodyFraming, piece: Int, bite: Int
    ) throws -> (body: String, rest: String, isComplete: Bool, trailers: Int) {
        var reader = BodyReader()
        reader.start(framing)
        var input = ByteBuffer()
        var trailers = FieldBlock()
        var body: [UInt8] = []
        let bytes = Array(wire.utf8)
        var fed = 0
        loop: while true {
            switch try reader.advance(&input, trailers: &trailers) {
            case .available(let count):
                let held = input.count
                #expect(count > 0 && count <= held)
                // Saying it again changes nothing.
                let again = try reader.advance(&input, trailers: &trailers)
                #expect(again == .available(count))
                let taken = min(count, bite)
                body += input.readable.extracting(first: taken).array
                input.consume(taken)
                reader.didConsume(taken)
            case .needsInput:
                guard fed < bytes.count else { break loop }
                let next = min(bytes.count, fed + piece)
                input.append(bytes.span.extracting(fed..<next))
                fed = next
            case .end: break loop
            }
        }
        #expect(reader.consumed == UInt64(body.count))
        let rest = input.readable.array + bytes[fed...]
        return (
            String(decoding: body, as: UTF8.self), String(decoding: rest, as: UTF8.self), reader.isComplete,
            trailers.count
        )
    }

    @Test(arguments: [1, 2, 3, 7, 1000], [1, 3, 1000])
    func `bodies end where their framing says, in whatever pieces they come`(piece: Int, bite: Int) throws {
        let chunked = "5;a=b\r\nhello\r\n1\r\n,\r\nB\r\n0123456789a\r\n000\r\nX-A: 1\r\nX-B: 2\r\n\r\nGET /"
        let cases: [(wire: String, framing: BodyFraming, body: String, rest: String, trailers: Int)] = [
            ("hello, worldGET /", .length(12), "hello, world", "GET /", 0),
            ("GET /", .none, "", "GET /", 0),
            ("GET /", .length(0), "", "GET /", 0),
            (chunked, .chunked, "hello,0123456789a", "GET /", 2),
            ("0\r\n\r\n", .chunked, "", "", 0),
        ]
        for each in cases {
            let result = try read(each.wire, each.framing, piece: piece, bite: bite)
            #expect(result.body == each.body)
            #expect(result.rest == each.rest)
            #expect(result.isComplete)
            #expect(result.trailers == each.trailers)
        }
    }

    @Test func `a body that ends with the connection is complete then, and no other`() throws {
        for (framing, isComplete) in [(.untilClose, true), (.length(9), false), (.chunked, false), (.none, true)]
            as [(BodyFraming, Bool)]
        {
            var reader = BodyReader()
            reader.start(framing)
            #expect(reader.endOfInput() == isComplete)
            #expect(reader.isComplete == isComplete)
        }
        let (body, _, isComplete, _) = try read("all of it", .untilClose, piece: 2, bite: 5)
        #expect(body == "all of it")
        #expect(!isComplete)
    }

    @Test(arguments: ["x\r\n", "1\r\nab\r\n", "1\r\na\n", "fffffffffffffffff\r\n"], [1, 100])
    func `broken chunks are an error`(wire: String, piece: Int) {
        #expect(throws: H1Error.self) { try read(wire, .chunked, piece: piece, bite: 100) }
    }

    @Test func `a reader is as new for the next body`() throws {
        var reader = BodyReader()
        var trailers = FieldBlock()
        var progress: BodyReader.Progress
        reader.start(.chunked)
        var input = buffer("5\r\nhel")
        progress = try reader.advance(&input, trailers: &trailers)
        #expect(progress == .available(3))
        reader.start(.length(2))
        input = buffer("ab")
        progress = try reader.advance(&input, trailers: &trailers)
        #expect(progress == .available(2))
        #expect(reader.consumed == 0)
        reader.start(.chunked)
        input = buffer("0\r\n\r\n")
        progress = try reader.advance(&input, trailers: &trailers)
        #expect(progress == .end)
    }
}
