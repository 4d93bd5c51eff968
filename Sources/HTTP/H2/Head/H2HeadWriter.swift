public import Bytes

/// Writes the heads and trailers that go out on one connection of HTTP/2, as field blocks without frame headers
/// (RFC 9113 section 8).
///
/// Blocks must be sent in the order in which they are written. Names go out in lower case; fields that are meant for one
/// connection of HTTP/1 do not go out at all.
public struct H2HeadWriter: ~Copyable {
    private var encoder = HPACKEncoder()

    /// A writer with an empty table.
    public init() {}

    /// Takes the peer's SETTINGS_HEADER_TABLE_SIZE, in bytes; no more than 4096 are used.
    public mutating func setPeerTableSize(_ size: Int) { encoder.setPeerTableSize(size) }

    /// Writes the head of a response.
    ///
    /// - Parameter contentLength: the body's length, instead of what the fields say; nil to leave it to them.
    public mutating func writeResponse(
        _ head: borrowing ResponseHead, contentLength: UInt64?, to output: inout ByteBuffer
    ) {
        encoder.startBlock(to: &output)
        write(status: head.status, to: &output)
        write(head.fields, contentLength: contentLength, to: &output)
    }

    /// Writes the head of a request: method, scheme and authority of `head`, and its protocol if it is an extended
    /// `CONNECT`. A plain `CONNECT` has neither scheme nor path (RFC 9113 section 8.5).
    ///
    /// - Parameters:
    ///   - path: the path and query as they go upstream.
    ///   - contentLength: the body's length, instead of what the fields say; nil to leave it to them.
    public mutating func writeRequest(
        _ head: borrowing RequestHead, path: Span<UInt8>, contentLength: UInt64?, to output: inout ByteBuffer
    ) {
        encoder.startBlock(to: &output)
        let extendedProtocol = head.extendedProtocol
        if let extendedProtocol {
            // What asks for a WebSocket by GET over HTTP/1.1 does so by CONNECT here (RFC 8441 section 5).
            Method.connect.token.withSpan { encoder.append(.method, value: $0, indexing: .always, to: &output) }
            encoder.append(.protocol, value: extendedProtocol, indexing: .always, to: &output)
        } else {
            switch head.method {
            case .get: encoder.append(staticIndex: 2, to: &output)
            case .post: encoder.append(staticIndex: 3, to: &output)
            default: encoder.append(.method, value: head.methodToken, indexing: .always, to: &output)
            }
        }
        if head.method != .connect || extendedProtocol != nil {
            encoder.append(staticIndex: head.scheme == .http ? 6 : 7, to: &output)
            if path.equals("/") {
                encoder.append(staticIndex: 4, to: &output)
            } else {
                encoder.append(.path, value: path, indexing: .nameOnly, to: &output)
            }
        }
        encoder.append(.authority, value: head.authority, indexing: .always, to: &output)
        write(head.fields, contentLength: contentLength, to: &output)
    }

    /// Writes trailers.
    public mutating func writeTrailers(_ fields: borrowing FieldBlock, to output: inout ByteBuffer) {
        encoder.startBlock(to: &output)
        write(fields, contentLength: nil, to: &output)
    }

    private mutating func write(status: Int, to output: inout ByteBuffer) {
        switch status {
        case 200: encoder.append(staticIndex: 8, to: &output)
        case 204: encoder.append(staticIndex: 9, to: &output)
        case 206: encoder.append(staticIndex: 10, to: &output)
        case 304: encoder.append(staticIndex: 11, to: &output)
        case 400: encoder.append(staticIndex: 12, to: &output)
        case 404: encoder.append(staticIndex: 13, to: &output)
        case 500: encoder.append(staticIndex: 14, to: &output)
        default:
            precondition(status >= 100 && status <= 999, "a status code has three digits")
            let digits = Decimal(UInt64(status))
            encoder.append(.status, value: digits.bytes, indexing: .always, to: &output)
        }
    }

    private mutating func write(
        _ fields: borrowing FieldBlock, contentLength: UInt64?, to output: inout ByteBuffer
    ) {
        for index in 0..<fields.count {
            let known = fields.known(at: index)
            let value = fields.value(at: index).withoutOuterWhitespace
            let isSensitive = fields.isSensitive(at: index)
            switch known {
            case .other:
                encoder.append(name: fields.name(at: index), value: value, isSensitive: isSensitive, to: &output)
            case .contentLength where contentLength != nil: continue
            case .te where !value.equalsIgnoringCase("trailers"): continue
            case _ where known.indexing == nil: continue
            default: encoder.append(known, value: value, isSensitive: isSensitive, to: &output)
            }
        }
        if let contentLength {
            let digits = Decimal(contentLength)
            encoder.append(.contentLength, value: digits.bytes, to: &output)
        }
    }
}

extension Span where Element == UInt8 {
    /// The bytes without spaces and tabs at both ends, which HTTP/2 does not allow there (RFC 9113 section 8.2.1).
    fileprivate var withoutOuterWhitespace: Span<UInt8> {
        @_lifetime(copy self)
        get {
            var (start, end) = (0, count)
            while start < end, self[start] == Byte.space || self[start] == Byte.tab { start += 1 }
            while end > start, self[end - 1] == Byte.space || self[end - 1] == Byte.tab { end -= 1 }
            return extracting(start..<end)
        }
    }
}
