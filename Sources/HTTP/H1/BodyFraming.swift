import Bytes

/// How the end of a body is found (RFC 9112 section 6).
///
/// Every doubt is an error: two programs that disagree about where a message ends can be made to see different
/// requests in the same bytes.
public enum BodyFraming: Equatable, Sendable {
    /// There is no body.
    case none
    /// The body has this many bytes.
    case length(UInt64)
    /// The body comes in chunks.
    case chunked
    /// The body ends with the connection. Responses only.
    case untilClose

    /// The framing of a request's body.
    public init(request head: borrowing RequestHead) throws(H1Error) {
        self = try Self.declared(in: head.fields, version: head.version) ?? .none
        // A length of zero is no body: there is nothing to read or forward.
        if case .length(0) = self { self = .none }
    }

    /// The framing of a response's body.
    ///
    /// - Parameters:
    ///   - head: the response.
    ///   - method: the method of the request that it answers; after a successful `CONNECT` what follows is the tunnel.
    public init(response head: borrowing ResponseHead, to method: Method) throws(H1Error) {
        let declared = try Self.declared(in: head.fields, version: head.version)
        let isBodiless =
            switch head.status {
            case 100..<200, 204, 304: true
            case 200..<300: method == .head || method == .connect
            default: method == .head
            }
        self = isBodiless ? .none : declared ?? .untilClose
        if case .length(0) = self { self = .none }
    }

    /// What the fields say; nil when they say nothing.
    private static func declared(
        in fields: borrowing FieldBlock, version: Version
    ) throws(H1Error) -> BodyFraming? {
        let lengthIndex = fields.firstIndex(of: .contentLength)
        if let index = fields.firstIndex(of: .transferEncoding) {
            guard lengthIndex == nil else { throw .lengthWithTransferEncoding }
            guard version != .http10 else { throw .transferEncodingInHTTP10 }
            guard fields.nextIndex(of: .transferEncoding, after: index) == nil else { throw .badTransferEncoding }
            try checkTransferEncoding(fields.value(at: index))
            return .chunked
        }
        guard let lengthIndex else { return nil }
        guard fields.nextIndex(of: .contentLength, after: lengthIndex) == nil else { throw .repeatedContentLength }
        return .length(try contentLength(fields.value(at: lengthIndex)))
    }

    /// The number that a `Content-Length` says (RFC 9110 section 8.6): digits only, at most 18 of them.
    static func contentLength(_ value: Span<UInt8>) throws(H1Error) -> UInt64 {
        guard !value.isEmpty, value.count <= 18 else { throw .badContentLength }
        var length: UInt64 = 0
        for index in value.indices {
            guard ASCII.isDigit(value[index]) else { throw .badContentLength }
            length = length * 10 + UInt64(value[index] - UInt8(ascii: "0"))
        }
        return length
    }

    /// Accepts `chunked` and nothing else (RFC 9112 section 6.1).
    private static func checkTransferEncoding(_ value: Span<UInt8>) throws(H1Error) {
        if value.equalsIgnoringCase("chunked") { return }
        var list = ListElements()
        var chunked = 0
        var others = 0
        var endsInChunked = false
        while let range = list.next(in: value) {
            endsInChunked = value.extracting(range).equalsIgnoringCase("chunked")
            if endsInChunked { chunked += 1 } else { others += 1 }
        }
        guard endsInChunked, chunked == 1 else { throw .badTransferEncoding }
        // A list such as `, chunked` is one that others may read otherwise.
        throw others > 0 ? .unknownTransferCoding : .badTransferEncoding
    }
}
