internal import Bytes
internal import HTTP

/// How a gRPC call ended, as `grpc-status` says it
/// ([status codes](https://github.com/grpc/grpc/blob/master/doc/statuscodes.md)).
enum GRPCStatus: UInt8, CaseIterable, Sendable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case internalError = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    /// What a status of HTTP means to a caller
    /// ([mapping](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)).
    init(httpStatus: Int) {
        self =
            switch httpStatus {
            case 400: .internalError
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .unimplemented
            case 429, 502, 503, 504: .unavailable
            default: .unknown
            }
    }

    /// The value of `grpc-status`; nil for what is no number of one or two digits. Numbers that nobody has assigned are
    /// ``unknown``.
    init?(_ value: Span<UInt8>) {
        guard (1...2).contains(value.count) else { return nil }
        var number: UInt8 = 0
        for index in value.indices {
            guard ASCII.isDigit(value[index]) else { return nil }
            number = number &* 10 &+ (value[index] &- 48)
        }
        self = GRPCStatus(rawValue: number) ?? .unknown
    }

    /// The status in a response's fields or trailers; nil when there is none.
    init?(in fields: borrowing FieldBlock) {
        guard let index = fields.firstIndex(named: Self.nameBytes.span) else { return nil }
        self.init(fields.value(at: index))
    }

    /// Writes it into the fields or trailers of a response.
    /// - Parameters:
    ///   - message: what a person reads, in UTF-8.
    ///   - retryAfter: when it is worth while to call again, as gRFC A6 has it; nil when nobody knows.
    func write(
        message: Span<UInt8>, retryAfter: Nanoseconds? = nil, to fields: inout FieldBlock, scratch: inout ByteBuffer
    ) {
        scratch.removeAll()
        scratch.append(decimal: UInt64(rawValue))
        fields.append(name: Self.nameBytes.span, value: scratch.readable)
        scratch.removeAll()
        scratch.append(grpcMessage: message)
        fields.append(name: Self.messageBytes.span, value: scratch.readable)
        guard let retryAfter else { return }
        scratch.removeAll()
        // A signed 32-bit number of milliseconds.
        let milliseconds = retryAfter / 1_000_000 + (retryAfter % 1_000_000 == 0 ? 0 : 1)
        scratch.append(decimal: min(milliseconds, UInt64(Int32.max)))
        fields.append(name: Self.pushbackBytes.span, value: scratch.readable)
    }

    private static let nameBytes = Array("grpc-status".utf8)
    private static let messageBytes = Array("grpc-message".utf8)
    private static let pushbackBytes = Array("grpc-retry-pushback-ms".utf8)
}
