internal import Bytes
internal import HTTP

/// A request that is a gRPC call
/// ([gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)): what it says besides being a
/// request.
struct GRPCCall: Sendable {
    /// When the caller gives up; never when it has not said so.
    let deadline: Instant

    /// The media type of calls and their answers.
    static let contentType: StaticString = "application/grpc"

    /// The call of a request with these fields, which came at `start`; nil for other requests.
    init?(_ fields: borrowing FieldBlock, at start: Instant) {
        guard Self.isCall(fields) else { return nil }
        deadline = GRPCTimeout.value(in: fields).map { start + $0 } ?? .never
    }

    /// Whether fields are those of a call or of its answer: `application/grpc`, alone or with a format such as `+proto`.
    /// What only begins like it, as gRPC-Web does, is something else: its clients read statuses of HTTP.
    static func isCall(_ fields: borrowing FieldBlock) -> Bool {
        let value = fields.value(of: .contentType)
        let length = contentType.utf8CodeUnitCount
        guard value.count >= length, value.extracting(first: length).equalsIgnoringCase(contentType) else {
            return false
        }
        guard value.count > length else { return true }
        return switch value[length] {
        case UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): true
        default: false
        }
    }

    /// Makes the fields of the request those of this hop: the service is told how much time is left, and over HTTP/2 that
    /// trailers are understood, without which some servers answer nothing.
    func prepare(_ fields: inout FieldBlock, isHTTP2: Bool, at now: Instant, scratch: inout ByteBuffer) {
        GRPCTimeout.set(deadline == .never ? nil : deadline - now, in: &fields, scratch: &scratch)
        fields.removeAll(of: .te)
        if isHTTP2 { fields.append(.te, value: "trailers") }
    }
}
