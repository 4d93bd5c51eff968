internal import Bytes

/// The two messages of `grpc.health.v1.Health/Check`
/// ([health checking](https://github.com/grpc/grpc/blob/master/doc/health-checking.md)), each behind the prefix of a gRPC
/// message: whether it is compressed, and its length in four bytes.
enum GRPCHealthCheck {
    /// Where the check is asked for.
    static let path: StaticString = "/grpc.health.v1.Health/Check"

    private static let prefixLength = 5
    /// Field 1 of the request, a string: number and wire type in one byte.
    private static let serviceTag: UInt8 = 1 << 3 | 2
    /// Field 1 of the response, an enumeration.
    private static let statusTag: UInt8 = 1 << 3 | 0
    /// `SERVING`.
    private static let serving: UInt64 = 1

    /// A request for the health of `service`; empty for the server as a whole.
    static func request(for service: String) -> [UInt8] {
        let name = Array(service.utf8)
        var message: [UInt8] = []
        if !name.isEmpty {
            message.append(serviceTag)
            appendVarint(UInt64(name.count), to: &message)
            message += name
        }
        let length = UInt32(truncatingIfNeeded: message.count)
        return [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + message
    }

    /// Whether a body is the one answer that passes: a single message, not compressed, that says `SERVING`.
    static func isServing(_ body: Span<UInt8>) -> Bool {
        guard body.count >= prefixLength, body[0] == 0 else { return false }
        var length: UInt32 = 0
        for index in 1..<prefixLength { length = length << 8 | UInt32(body[index]) }
        guard UInt64(length) == UInt64(body.count - prefixLength) else { return false }
        return status(in: body.extracting(droppingFirst: prefixLength)) == serving
    }

    /// The status in a message, zero when it is left out; nil when the message cannot be read.
    private static func status(in message: Span<UInt8>) -> UInt64? {
        var reader = ProtobufReader()
        var status: UInt64 = 0
        while reader.position < message.count {
            guard let tag = reader.varint(in: message) else { return nil }
            if tag == UInt64(statusTag) {
                guard let value = reader.varint(in: message) else { return nil }
                status = value
            } else {
                guard reader.skip(tag, in: message) else { return nil }
            }
        }
        return status
    }

    private static func appendVarint(_ value: UInt64, to message: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            message.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        message.append(UInt8(rest))
    }
}

/// Reads as much of the wire format of protocol buffers as it takes to find one number and to pass over what is newer
/// ([encoding](https://protobuf.dev/programming-guides/encoding/)).
private struct ProtobufReader {
    private(set) var position = 0

    /// The next variable-length number; nil when it does not end, or not within ten bytes.
    mutating func varint(in message: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < message.count else { return nil }
            let byte = message[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// Passes over the field of this tag; false when it does not end within the message, or is of a group.
    mutating func skip(_ tag: UInt64, in message: Span<UInt8>) -> Bool {
        let length: UInt64
        switch tag & 7 {
        case 0: return varint(in: message) != nil
        case 1: length = 8
        case 2:
            guard let count = varint(in: message) else { return false }
            length = count
        case 5: length = 4
        default: return false
        }
        guard length <= UInt64(message.count - position) else { return false }
        position += Int(length)
        return true
    }
}
