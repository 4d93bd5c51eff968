import Bytes
import HTTP

/// Keeps each field as `name: value`.
struct TextSink: HPACKSink {
    var texts: [String] = []

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        texts.append(name.text + ": " + value.text + (facts.isSensitive ? " (sensitive)" : ""))
    }
}

/// The bytes that hexadecimal digits stand for, spaces aside.
func hex(_ digits: String) -> [UInt8] {
    Hex.decode(digits.replacing(" ", with: "").bytes.span)!
}

/// The fields of each of some blocks in hexadecimal digits, decoded one after the other.
func decode(_ blocks: [String], tableSize: Int = 4096) throws(HPACKError) -> [String] {
    try decode(blocks.map(hex), tableSize: tableSize)
}

/// The fields of each of some blocks, decoded one after the other.
func decode(_ blocks: [[UInt8]], tableSize: Int = 4096) throws(HPACKError) -> [String] {
    var decoder = HPACKDecoder(tableSize: tableSize)
    var lines: [String] = []
    for block in blocks {
        var sink = TextSink()
        try decoder.decode(block.span, into: &sink)
        lines.append(sink.texts.joined(separator: "|"))
    }
    return lines
}

/// A block of literal fields that enter no table, each given as `name: value`.
func block(_ fields: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
        let split = field.dropFirst().firstRange(of: ": ")!
        bytes.append(0)
        for part in [field[..<split.lowerBound], field[split.upperBound...]] {
            precondition(part.utf8.count < 127 + 128, "a longer string than a test needs")
            if part.utf8.count < 127 {
                bytes.append(UInt8(part.utf8.count))
            } else {
                bytes += [127, UInt8(part.utf8.count - 127)]
            }
            bytes += Array(part.utf8)
        }
    }
    return bytes
}

/// What became of a block that was read as a head.
enum Received: Equatable, CustomStringConvertible {
    case head(String)
    case failed(H2HeadError)

    var description: String {
        switch self {
        case .head(let text): text
        case .failed(let error): "\(error)"
        }
    }

    static func malformed(_ flaw: H2Malformed) -> Received { .failed(.malformed(flaw)) }
    static func refused(_ error: H1Error) -> Received { .failed(.refused(error)) }
}

/// Reads one block as a request.
func readRequest(_ block: [UInt8], limits: HeadLimits = HeadLimits()) -> Received {
    var reader = H2HeadReader(limits: limits, tableSize: 4096)
    var head = RequestHead()
    do throws(H2HeadError) {
        try reader.readRequest(block.span, into: &head)
        return .head(describe(head))
    } catch {
        return .failed(error)
    }
}

/// Reads one block as a response.
func readResponse(_ block: [UInt8], limits: HeadLimits = HeadLimits()) -> Received {
    var reader = H2HeadReader(limits: limits, tableSize: 4096)
    var head = ResponseHead()
    do throws(H2HeadError) {
        try reader.readResponse(block.span, into: &head)
        return .head(describe(head))
    } catch {
        return .failed(error)
    }
}

/// Reads one block as trailers.
func readTrailers(_ block: [UInt8], limits: HeadLimits = HeadLimits()) -> Received {
    var reader = H2HeadReader(limits: limits, tableSize: 4096)
    var fields = FieldBlock()
    do throws(H2HeadError) {
        try reader.readTrailers(block.span, into: &fields)
        return .head(fields.texts.joined(separator: "|"))
    } catch {
        return .failed(error)
    }
}
