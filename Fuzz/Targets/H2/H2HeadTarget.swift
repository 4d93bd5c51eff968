import Bytes
import HTTP

/// Small enough that the fuzzer meets every limit.
private let limits: HeadLimits = {
    var limits = HeadLimits()
    limits.startLineBytes = 256
    limits.fieldBytes = 1024
    limits.fieldCount = 16
    limits.allowsEncodedSlashes = true
    return limits
}()

/// Those of a peer that takes whatever passed here.
private let peerLimits: HeadLimits = {
    var limits = HeadLimits()
    limits.allowsEncodedSlashes = true
    return limits
}()

/// The heads of HTTP/2: what is accepted could not be read as another message over HTTP/1, and what is written of it for
/// either protocol is read as the same message.
///
/// The kind of each block says what it is read as: a request, a response or trailers.
func checkH2Heads(_ input: Span<UInt8>) throws(Violation) {
    var connection = Connection()
    for (kind, block) in Blocks(input.array) {
        do throws(H2HeadError) {
            switch kind & 3 {
            case 0: try connection.reader.readRequest(block.span, into: &connection.request)
            case 1: try connection.reader.readResponse(block.span, into: &connection.response)
            case 2: try connection.reader.readTrailers(block.span, into: &connection.trailers)
            default: do { try connection.reader.skip(block.span) } catch { throw .compression(error) }
            }
        } catch .compression {
            return
        } catch {
            continue
        }
        switch kind & 3 {
        case 0: try connection.checkRequest()
        case 1: try connection.checkResponse()
        case 2: try connection.checkTrailers()
        default: break
        }
    }
}

/// One direction of a connection, and the one that passes on what came.
private struct Connection: ~Copyable {
    var reader = H2HeadReader(limits: limits, tableSize: 4096)
    var request = RequestHead()
    var response = ResponseHead()
    var trailers = FieldBlock()
    private var writer = H2HeadWriter()
    private var peer = H2HeadReader(limits: peerLimits, tableSize: 4096)

    mutating func checkRequest() throws(Violation) {
        let picture = RequestPicture(request)
        try picture.checkParts(of: request.method)
        try checkConnectionFields(request.fields)
        try hold(!picture.authority.isEmpty, "a request is for somebody")
        try hold(occurrences(of: "host", in: request.fields) == 0, "Host is in the authority alone")
        try hold(occurrences(of: "cookie", in: request.fields) <= 1, "there is one Cookie")
        // An extended CONNECT has no form in HTTP/1; a tunnel makes a request of its own.
        if request.extendedProtocol == nil { try checkWritten(request, picture) }

        // Of all that comes through, only this is never sent.
        guard occurrences(of: "http2-settings", in: request.fields) == 0 else { return }
        var output = ByteBuffer()
        let path = picture.path + (picture.query.map { Array("?".utf8) + $0 } ?? [])
        writer.writeRequest(request, path: path.span, contentLength: nil, to: &output)
        var again = RequestHead()
        do throws(H2HeadError) {
            try peer.readRequest(output.readable, into: &again)
        } catch {
            throw Violation(description: "\(picture) was written, and refused: \(error)")
        }
        try hold(RequestPicture(again) == picture, "\(picture) was written, and read as \(RequestPicture(again))")
        try hold(again.method == request.method && again.scheme == request.scheme, "method and scheme are the same")
    }

    mutating func checkResponse() throws(Violation) {
        try hold((100...999).contains(response.status) && response.status != 101, "a status has three digits")
        try checkConnectionFields(response.fields)
        let fields = FieldsPicture(response.fields)
        var output = ByteBuffer()
        H1Writer.response(response, to: &output)
        try checkHeadBytes(output.readable)
        var parser = ResponseParser()
        var again = ResponseHead()
        let end = try? parser.parse(output.readable, into: &again)
        try hold(end == output.count, "what was written for HTTP/1 is one head")
        try hold(again.status == response.status && FieldsPicture(again.fields) == fields, "it is the same over HTTP/1")

        // Fields of HTTP/1 that mean nothing in a response are not sent on.
        let dropped = ["host", "http2-settings"]
        guard !dropped.contains(where: { occurrences(of: $0, in: response.fields) > 0 }) else { return }
        output.removeAll()
        writer.writeResponse(response, contentLength: nil, to: &output)
        do throws(H2HeadError) {
            try peer.readResponse(output.readable, into: &again)
        } catch {
            throw Violation(description: "a response was written, and refused: \(error)")
        }
        try hold(again.status == response.status && FieldsPicture(again.fields) == fields, "it is the same over HTTP/2")
    }

    mutating func checkTrailers() throws(Violation) {
        try checkConnectionFields(trailers)
        for name in ["host", "content-length", "authorization", "x-forwarded-for"] {
            try hold(occurrences(of: name, in: trailers) == 0, "\(name) is no trailer")
        }
        guard occurrences(of: "http2-settings", in: trailers) == 0 else { return }
        var output = ByteBuffer()
        writer.writeTrailers(trailers, to: &output)
        var again = FieldBlock()
        do throws(H2HeadError) {
            try peer.readTrailers(output.readable, into: &again)
        } catch {
            throw Violation(description: "trailers were written, and refused: \(error)")
        }
        try hold(FieldsPicture(again) == FieldsPicture(trailers), "trailers are the same once written")
    }
}

/// No field that frames a message of HTTP/1, or is meant for its connection, comes through (RFC 9113 section 8.2.2).
func checkConnectionFields(_ fields: borrowing FieldBlock) throws(Violation) {
    try checkFields(fields)
    for name in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
        try hold(occurrences(of: name, in: fields) == 0, "\(name) came through")
    }
    try hold(occurrences(of: "content-length", in: fields) <= 1, "there is one length")
    for index in 0..<fields.count {
        let name = fields.name(at: index).array
        try hold(name == name.map(ASCII.lowercased), "a name is in lower case")
        guard fields.known(at: index) == .te else { continue }
        try hold(fields.value(at: index).equalsIgnoringCase("trailers"), "TE says trailers")
    }
}
