import Bytes
import HTTP

/// What a parser of HTTP/1 made of some bytes.
enum RequestOutcome: Equatable {
    case head(RequestPicture, consumed: Int)
    case needMore
    case refused(H1Error)

    /// Parses a head that arrives `step` bytes at a time.
    init(_ input: Span<UInt8>, step: Int, with parser: inout RequestParser, into head: inout RequestHead) {
        self = .needMore
        var available = 0
        do throws(H1Error) {
            while available < input.count {
                available = min(available + step, input.count)
                if let consumed = try parser.parse(input.extracting(first: available), into: &head) {
                    self = .head(RequestPicture(head), consumed: consumed)
                    return
                }
            }
        } catch {
            self = .refused(error)
        }
    }
}

/// What a request says, whichever protocol carried it.
struct RequestPicture: Equatable {
    let method: [UInt8]
    let authority: [UInt8]
    let path: [UInt8]
    let query: [UInt8]?
    let fields: FieldsPicture

    init(_ head: borrowing RequestHead) {
        method = head.methodToken.array
        authority = head.authority.array
        path = head.path.array
        if let query = head.query { self.query = query.array } else { query = nil }
        fields = FieldsPicture(head.fields)
    }

    /// What a head promises about its parts.
    func checkParts(of method: Method) throws(Violation) {
        try hold(FieldSyntax.isToken(self.method.span), "a method is a token")
        if method == .connect, path.isEmpty {
            try hold(!authority.isEmpty, "CONNECT has an authority")
        } else if path != Array("*".utf8) {
            try hold(path.first == UInt8(ascii: "/"), "a path starts with a slash")
            try checkNormal(path)
        }
        try hold((path + (query ?? [])).allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target is visible ASCII")
        try hold(authority.isEmpty || Authority(authority.span) != nil, "an authority is a host with an optional port")
    }
}

/// What is written of a head for HTTP/1 is read as the same request, with the same framing and nothing behind it.
func checkWritten(_ head: borrowing RequestHead, _ picture: RequestPicture) throws(Violation) {
    var output = ByteBuffer()
    H1Writer.request(head, to: &output)
    try checkHeadBytes(output.readable)
    var limits = HeadLimits()
    limits.allowsEncodedSlashes = true
    var parser = RequestParser(limits: limits)
    var again = RequestHead()
    let bytes = output.readable.array
    let outcome = RequestOutcome(bytes.span, step: bytes.count, with: &parser, into: &again)
    try hold(outcome == .head(picture, consumed: bytes.count), "\(picture) was written, and read as \(outcome)")
    try checkFraming(head, again)
}

/// The framing of a head is the same for whoever reads what is written of it, and never in doubt.
private func checkFraming(_ head: borrowing RequestHead, _ again: borrowing RequestHead) throws(Violation) {
    let framing: BodyFraming
    do throws(H1Error) { framing = try BodyFraming(request: head) } catch { return }
    let lengths = occurrences(of: "content-length", in: head.fields)
    let codings = occurrences(of: "transfer-encoding", in: head.fields)
    try hold(lengths + codings <= 1, "at most one field says where a body ends")
    switch framing {
    case .none: try hold(codings == 0, "a transfer coding frames a body")
    case .length: try hold(lengths == 1, "a length is one that the client gave")
    case .chunked: try hold(codings == 1, "chunks are what the client announced")
    case .untilClose: try hold(false, "a request's body ends before the connection does")
    }
    let second = try? BodyFraming(request: again)
    try hold(second == framing, "framed as \(framing), and once written as \(String(describing: second))")
}
