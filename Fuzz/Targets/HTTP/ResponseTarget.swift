import Bytes
import HTTP

/// What a response parser made of some bytes.
private enum Outcome: Equatable {
    case head(status: Int, reason: [UInt8], version: Version, fields: FieldsPicture, consumed: Int)
    case needMore
    case refused(H1Error)
}

/// Small enough that the fuzzer meets every limit.
private let limits: HeadLimits = {
    var limits = HeadLimits()
    limits.startLineBytes = 128
    limits.fieldBytes = 1024
    limits.fieldCount = 16
    return limits
}()

/// Parses a head that arrives `step` bytes at a time.
private func parse(
    _ input: Span<UInt8>, step: Int, with parser: inout ResponseParser, into head: inout ResponseHead
) -> Outcome {
    var available = 0
    do throws(H1Error) {
        while available < input.count {
            available = min(available + step, input.count)
            if let consumed = try parser.parse(input.extracting(first: available), into: &head) {
                return .head(
                    status: head.status, reason: head.reason.array, version: head.version,
                    fields: FieldsPicture(head.fields), consumed: consumed)
            }
        }
    } catch {
        return .refused(error)
    }
    return .needMore
}

/// The head of a response, in the manner of a request's.
func checkResponse(_ input: Span<UInt8>) throws(Violation) {
    var parser = ResponseParser(limits: limits)
    var head = ResponseHead()
    let whole = parse(input, step: max(input.count, 1), with: &parser, into: &head)
    for step in [1, 7] {
        var other = ResponseParser(limits: limits)
        var otherHead = ResponseHead()
        let stepped = parse(input, step: step, with: &other, into: &otherHead)
        try hold(stepped == whole, "in steps of \(step): \(stepped), whole: \(whole)")
    }
    guard case .head(let status, _, _, let fields, let consumed) = whole else { return }

    try checkHeadBytes(input.extracting(first: consumed))
    try checkFields(head.fields)
    try hold((100...999).contains(status), "a status has three digits")
    try checkFraming(head)

    var fresh = ResponseParser(limits: limits)
    var nextHead = ResponseHead()
    var freshHead = ResponseHead()
    let rest = input.extracting(consumed...)
    let next = parse(rest, step: max(rest.count, 1), with: &parser, into: &nextHead)
    let expected = parse(rest, step: max(rest.count, 1), with: &fresh, into: &freshHead)
    try hold(next == expected, "the response behind: \(next), by a fresh parser: \(expected)")

    var output = ByteBuffer()
    H1Writer.response(head, to: &output)
    try checkHeadBytes(output.readable)
    let bytes = output.readable.array
    var again = ResponseHead()
    var second = ResponseParser()
    guard
        case .head(status, _, _, fields, bytes.count) = parse(
            bytes.span, step: bytes.count, with: &second, into: &again)
    else { throw Violation(description: "\(whole) was written, and read as \(again.status)") }
}

/// A body that a response may not have is never waited for (RFC 9112 section 6.3).
private func checkFraming(_ head: borrowing ResponseHead) throws(Violation) {
    for method in Method.allCases {
        let framing: BodyFraming
        do throws(H1Error) { framing = try BodyFraming(response: head, to: method) } catch { continue }
        let mayHaveBody = method != .head && !head.isInformational && head.status != 204 && head.status != 304
        try hold(mayHaveBody || framing == .none, "\(head.status) to \(method) has no body, framed as \(framing)")
        let declarations =
            occurrences(of: "content-length", in: head.fields) + occurrences(of: "transfer-encoding", in: head.fields)
        try hold(declarations <= 1, "at most one field says where a body ends")
        if framing == .untilClose { try hold(declarations == 0, "a body with a declared end does not need the close") }
    }
}
