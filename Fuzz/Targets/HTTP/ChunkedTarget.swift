import Bytes
import HTTP

/// What a chunked body came to.
private struct Body: Equatable {
    var data: [UInt8] = []
    var trailers: FieldsPicture?
    var consumed = 0
    var error: H1Error?
}

/// Small enough that the fuzzer meets every limit.
private let limits: HeadLimits = {
    var limits = HeadLimits()
    limits.fieldBytes = 256
    limits.fieldCount = 4
    return limits
}()

/// Decodes a body that arrives `step` bytes at a time.
private func decode(
    _ input: Span<UInt8>, step: Int, limits: HeadLimits = limits, trailers: inout FieldBlock
) throws(Violation) -> Body {
    var decoder = ChunkedDecoder(limits: limits)
    var body = Body()
    var available = 0
    while available < input.count {
        available = min(available + step, input.count)
        reading: while true {
            let unread = input.extracting(body.consumed..<available)
            let found: ChunkStep
            do throws(H1Error) {
                found = try decoder.next(unread, trailers: &trailers)
            } catch {
                body.error = error
                return body
            }
            switch found {
            case .needMore(let count):
                try hold((0...unread.count).contains(count), "used up \(count) of \(unread.count)")
                body.consumed += count
                break reading
            case .data(let range):
                try hold(range.lowerBound >= 0 && range.upperBound <= unread.count, "data outside of the input")
                try hold(!range.isEmpty, "a step makes progress")
                body.data += unread.extracting(range).array
                body.consumed += range.upperBound
            case .end(let count):
                try hold((0...unread.count).contains(count), "used up \(count) of \(unread.count)")
                body.consumed += count
                body.trailers = FieldsPicture(trailers)
                return body
            }
        }
    }
    return body
}

/// A chunked body: how it arrives does not matter, and written again it is the same body.
func checkChunked(_ input: Span<UInt8>) throws(Violation) {
    var trailers = FieldBlock()
    let whole = try decode(input, step: max(input.count, 1), trailers: &trailers)
    for step in [1, 3] {
        var otherTrailers = FieldBlock()
        var stepped = try decode(input, step: step, trailers: &otherTrailers)
        // Of a body that goes on, it may have used up less: a section of trailers stays until all of it is there.
        if whole.trailers == nil { stepped.consumed = whole.consumed }
        try hold(stepped == whole, "in steps of \(step): \(stepped), whole: \(whole)")
    }
    try hold(whole.data.count <= whole.consumed || whole.error != nil, "more data than there were bytes")
    if whole.error == nil {
        let (data, isComplete) = readPlainly(input.array)
        try hold(whole.data == data, "decoded \(whole.data), read plainly \(data)")
        try hold(whole.trailers == nil || isComplete, "the body ends before its last chunk")
    }
    guard whole.trailers != nil else { return }

    try checkFields(trailers)
    for name in ["host", "content-length", "transfer-encoding", "authorization", "x-forwarded-for", "connection"] {
        try hold(occurrences(of: name, in: trailers) == 0, "\(name) is no trailer")
    }
    try checkWritten(whole, trailers)
}

/// The data of a body that is right as far as it goes, chunk by chunk, and whether its last chunk has come.
private func readPlainly(_ bytes: [UInt8]) -> (data: [UInt8], isComplete: Bool) {
    var data: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 10) {
        let digits = String(decoding: rest[..<end].prefix { $0 != 13 && $0 != UInt8(ascii: ";") }, as: UTF8.self)
        guard let size = Int(digits, radix: 16), size > 0 else { return (data, true) }
        rest = rest[end...].dropFirst()
        data += rest.prefix(size)
        rest = rest.dropFirst(size).dropFirst(2)
    }
    return (data, false)
}

/// What is written of a body is decoded as the same body.
private func checkWritten(_ body: Body, _ trailers: borrowing FieldBlock) throws(Violation) {
    var output = ByteBuffer()
    if !body.data.isEmpty {
        H1Writer.chunkHead(count: body.data.count, to: &output)
        output.append(body.data.span)
        H1Writer.chunkEnd(to: &output)
    }
    H1Writer.lastChunk(trailers: trailers, to: &output)
    let bytes = output.readable.array
    var expected = body
    expected.consumed = bytes.count
    var again = FieldBlock()
    let second = try decode(bytes.span, step: bytes.count, limits: HeadLimits(), trailers: &again)
    try hold(second == expected, "\(body) was written, and decoded as \(second)")
}
