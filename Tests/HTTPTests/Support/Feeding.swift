import Bytes
import HTTP

/// What a parser made of some bytes, to be compared.
enum Parsed: Equatable, CustomStringConvertible {
    case head(String, consumed: Int)
    case needMore
    case refused(H1Error)

    var description: String {
        switch self {
        case .head(let text, let consumed): "\(consumed): \(text)"
        case .needMore: "need more"
        case .refused(let error): "refused: \(error)"
        }
    }
}

/// Parses a request that arrives `step` bytes at a time.
func parseRequest(_ bytes: [UInt8], step: Int = .max, limits: HeadLimits = HeadLimits()) -> Parsed {
    var parser = RequestParser(limits: limits)
    var head = RequestHead()
    var available = 0
    do {
        while available < bytes.count {
            available = step < bytes.count - available ? available + step : bytes.count
            if let consumed = try parser.parse(bytes.span.extracting(first: available), into: &head) {
                return .head(describe(head), consumed: consumed)
            }
        }
    } catch {
        return .refused(error)
    }
    return .needMore
}

/// Parses a response that arrives `step` bytes at a time.
func parseResponse(_ bytes: [UInt8], step: Int = .max, limits: HeadLimits = HeadLimits()) -> Parsed {
    var parser = ResponseParser(limits: limits)
    var head = ResponseHead()
    var available = 0
    do {
        while available < bytes.count {
            available = step < bytes.count - available ? available + step : bytes.count
            if let consumed = try parser.parse(bytes.span.extracting(first: available), into: &head) {
                return .head(describe(head), consumed: consumed)
            }
        }
    } catch {
        return .refused(error)
    }
    return .needMore
}

/// All that a request head says, on one line.
func describe(_ head: borrowing RequestHead) -> String {
    var query = ""
    if let bytes = head.query { query = "?" + bytes.text }
    return "\(head.version) \(head.methodToken.text) \(head.authority.text) \(head.path.text)\(query) "
        + head.fields.texts.joined(separator: "|")
}

/// All that a response head says, on one line.
func describe(_ head: borrowing ResponseHead) -> String {
    "\(head.version) \(head.status) \(head.reason.text) " + head.fields.texts.joined(separator: "|")
}

/// The head of a request that parses whole.
func requestHead(_ text: String) throws(H1Error) -> RequestHead {
    var parser = RequestParser()
    var head = RequestHead()
    let bytes = text.bytes
    let consumed = try parser.parse(bytes.span, into: &head)
    precondition(consumed != nil, "an unfinished head in a test")
    return head
}

/// The head of a response that parses whole.
func responseHead(_ text: String) throws(H1Error) -> ResponseHead {
    var parser = ResponseParser()
    var head = ResponseHead()
    let bytes = text.bytes
    let consumed = try parser.parse(bytes.span, into: &head)
    precondition(consumed != nil, "an unfinished head in a test")
    return head
}

/// A generator that draws the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
