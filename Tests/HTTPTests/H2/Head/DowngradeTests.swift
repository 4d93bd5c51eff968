import Bytes
import HTTP
import Testing

/// What comes over HTTP/2 and goes on over HTTP/1 is one message, and the same one.
@Suite struct DowngradeTests {
    private typealias Field = (name: [UInt8], value: [UInt8])

    private static let requestLine: [(String, String)] = [
        (":method", "POST"), (":scheme", "https"), (":authority", "shop.test"), (":path", "/a/b?c=d"),
    ]
    private static let fields: [(String, String)] = [
        ("host", "shop.test"), ("accept", "*/*"), ("cookie", "a=1"), ("cookie", "b=2"), ("content-length", "5"),
        ("te", "trailers"), ("x-a", ""), ("transfer-encoding", "chunked"), ("connection", "close"), ("x_b", "\t"),
    ]
    private static let pieces = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", "/", "..", "%2e", "%00", "%2f", "#", "?", "@", ",", "\u{e9}", "A",
        "z",
        "HTTP/1.1", "\r\ntransfer-encoding: chunked\r\n", "\u{7f}", "\\", "*", "[", ";", "\r\n\r\n",
    ]

    @Test(arguments: UInt64(1)...4)
    func `a request that passes is the same over HTTP1, whatever is slipped into it`(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        var passed = 0
        for _ in 0..<3000 {
            var fields = Self.requestLine.map { Field($0.0.bytes, $0.1.bytes) }
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                let (name, value) = Self.fields.randomElement(using: &generator)!
                fields.append((name.bytes, value.bytes))
            }
            for _ in 0..<Int.random(in: 0..<3, using: &generator) { slipIn(to: &fields, using: &generator) }
            let block = literals(fields, using: &generator)
            do throws(H2HeadError) {
                try reader.readRequest(block.span, into: &head)
            } catch {
                if case .compression = error { Issue.record("\(error) for \(block)") }
                continue
            }
            passed += 1
            var buffer = ByteBuffer()
            H1Writer.request(head, to: &buffer)
            let expected = "http11" + describe(head).dropFirst("http2".count)
            #expect(parseRequest(buffer.readable.array) == .head(expected, consumed: buffer.count))
        }
        #expect(passed > 300)
    }

    @Test(arguments: UInt64(1)...4)
    func `random blocks never trap, and are refused whole or read whole`(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let field = (name: "x-name".bytes, value: "a value".bytes)
        for _ in 0..<200 {
            var reader = H2HeadReader(limits: HeadLimits(), tableSize: 8192)
            var head = ResponseHead()
            for _ in 0..<20 {
                var block: [UInt8] = [0x88]
                for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                    if Bool.random(using: &generator) {
                        block += literals([field], using: &generator)
                    } else {
                        block.append(UInt8.random(in: 0...255, using: &generator))
                    }
                }
                do throws(H2HeadError) {
                    try reader.readResponse(block.span, into: &head)
                } catch .compression {
                    // Nothing may be read after it.
                    break
                } catch {
                    continue
                }
                var buffer = ByteBuffer()
                H1Writer.response(head, to: &buffer)
                let consumed = buffer.count
                let parsed = parseResponse(buffer.readable.array)
                #expect("\(parsed)".hasPrefix("\(consumed): http11 "), "\(block)")
            }
        }
    }

    /// Puts a piece somewhere into a name or value, or a field before another.
    private func slipIn(to fields: inout [Field], using generator: inout SeededGenerator) {
        let piece = Self.pieces.randomElement(using: &generator)!.bytes
        let index = fields.indices.randomElement(using: &generator)!
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: fields[index].name.insert(contentsOf: piece, at: position(in: fields[index].name, using: &generator))
        case 1: fields.swapAt(index, 0)
        case 2: fields.append(fields[index])
        case 3: fields.remove(at: index)
        default:
            fields[index].value.insert(contentsOf: piece, at: position(in: fields[index].value, using: &generator))
        }
        if fields.isEmpty { fields.append(("x".bytes, [])) }
    }

    private func position(in bytes: [UInt8], using generator: inout SeededGenerator) -> Int {
        Int.random(in: 0...bytes.count, using: &generator)
    }

    /// A block of literal fields, some of which enter the table.
    private func literals(_ fields: [Field], using generator: inout SeededGenerator) -> [UInt8] {
        var block: [UInt8] = []
        for field in fields {
            block.append([0, 0x10, 0x40].randomElement(using: &generator)!)
            for part in [field.name, field.value] { block += [UInt8(part.count)] + part }
        }
        return block
    }
}
