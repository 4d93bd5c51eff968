import Bytes
import HTTP

/// Small enough that the fuzzer meets every limit.
private func limits(allowsEncodedSlashes: Bool) -> HeadLimits {
    var limits = HeadLimits()
    limits.startLineBytes = 256
    limits.fieldBytes = 1024
    limits.fieldCount = 16
    limits.allowsEncodedSlashes = allowsEncodedSlashes
    return limits
}

/// Parses a head with a parser of its own.
private func parse(_ input: Span<UInt8>, step: Int? = nil, allowsEncodedSlashes: Bool = true) -> RequestOutcome {
    var parser = RequestParser(limits: limits(allowsEncodedSlashes: allowsEncodedSlashes))
    var head = RequestHead()
    return RequestOutcome(input, step: step ?? max(input.count, 1), with: &parser, into: &head)
}

/// The head of a request: how it arrives does not matter, what is accepted can be read in one way only, and what is
/// written of it is read as the same request.
func checkRequest(_ input: Span<UInt8>) throws(Violation) {
    var parser = RequestParser(limits: limits(allowsEncodedSlashes: true))
    var head = RequestHead()
    let whole = RequestOutcome(input, step: max(input.count, 1), with: &parser, into: &head)
    for step in [1, 7] {
        let stepped = parse(input, step: step)
        try hold(stepped == whole, "in steps of \(step): \(stepped), whole: \(whole)")
    }
    // A parser that does not let encoded slashes pass differs in nothing else.
    let strict = parse(input, allowsEncodedSlashes: false)
    try hold(strict == whole || strict == .refused(.encodedSlash), "without encoded slashes: \(strict), with: \(whole)")
    guard case .head(let picture, let consumed) = whole else { return }

    let start = input[0] == 13 ? 2 : 0
    try checkHeadBytes(input.extracting(start..<consumed))
    try checkFields(head.fields)
    try picture.checkParts(of: head.method)
    try hold(occurrences(of: "host", in: head.fields) == 0, "Host is in the authority alone")
    try hold(!picture.authority.isEmpty || head.version == .http10, "a 1.1 request has an authority")
    try hold(strict == whole || head.hasEncodedSlash, "an encoded slash is told about")

    // After a head the parser is as good as new.
    let rest = input.extracting(consumed...)
    var nextHead = RequestHead()
    let next = RequestOutcome(rest, step: max(rest.count, 1), with: &parser, into: &nextHead)
    let expected = parse(rest)
    try hold(next == expected, "the request behind: \(next), by a fresh parser: \(expected)")

    try checkUpgrade(head)
    // A request without an authority cannot be written for 1.1, and what 1.0 says is framed by other rules.
    guard head.version == .http11 else { return }
    try checkWritten(head, picture)
    try checkForwarded(&head)
}

/// Only what RFC 6455 asks for is taken for the start of a WebSocket.
private func checkUpgrade(_ head: borrowing RequestHead) throws(Violation) {
    guard let framing = try? BodyFraming(request: head), UpgradeRequest(head, framing: framing) == .webSocket else {
        return
    }
    try hold(head.method == .get && head.version == .http11 && framing == .none, "a handshake is a plain GET")
    try hold(occurrences(of: "sec-websocket-key", in: head.fields) == 1, "a handshake has one key")
    try hold(occurrences(of: "upgrade", in: head.fields) > 0, "a handshake asks for an upgrade")
    try hold(ConnectionOptions(head.fields).upgrade, "a handshake is meant for this hop")
}

/// What goes upstream has nothing left that is meant for this hop.
private func checkForwarded(_ head: inout RequestHead) throws(Violation) {
    do throws(H1Error) { try head.fields.removeHopByHop() } catch { return }
    for index in 0..<head.fields.count {
        let known = head.fields.known(at: index)
        let name = head.fields.name(at: index)
        try hold(!known.isHopByHop, "\(known) stays on its hop")
        try hold(known != .other || !FieldSyntax.isAmbiguousName(name), "\(name.text) is ambiguous")
    }
    try checkFields(head.fields)
    try checkWritten(head, RequestPicture(head))
}
