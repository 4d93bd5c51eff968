internal import Bytes
internal import HTTP

/// What makes a request a gRPC call
/// ([gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)).
enum GRPCRequest {
    /// The media type of requests and answers.
    static let contentType: StaticString = "application/grpc"

    /// Whether the fields are those of a call: `application/grpc`, alone or with a format such as `+proto`. What only
    /// begins like it, as gRPC-Web does, is something else: its clients read statuses of HTTP.
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
}
