import HTTP

/// A frame of HTTP/2 as it lies on the wire, right or wrong (RFC 9113 section 4.1).
struct H2Frame {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let endStream: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4

    var bytes: [UInt8] { Self.number(payload.count).dropFirst() + [type, flags] + Self.number(stream) + payload }
    var isEnd: Bool { flags & Self.endStream != 0 }
    /// The number at an offset of the payload.
    func number(at offset: Int) -> UInt32 { payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    static func headers(_ stream: UInt32, _ block: [UInt8], isEnd: Bool = true, isWhole: Bool = true) -> H2Frame {
        H2Frame(type: 1, flags: (isEnd ? endStream : 0) | (isWhole ? endHeaders : 0), stream: stream, payload: block)
    }

    static func continuation(_ stream: UInt32, _ block: [UInt8], isLast: Bool = false) -> H2Frame {
        H2Frame(type: 9, flags: isLast ? endHeaders : 0, stream: stream, payload: block)
    }

    static func data(_ stream: UInt32, _ text: String, isEnd: Bool = false) -> H2Frame {
        H2Frame(type: 0, flags: isEnd ? endStream : 0, stream: stream, payload: Array(text.utf8))
    }

    static func priority(_ stream: UInt32, on parent: UInt32) -> H2Frame {
        H2Frame(type: 2, stream: stream, payload: number(parent) + [16])
    }

    static func reset(_ stream: UInt32) -> H2Frame {
        H2Frame(type: 3, stream: stream, payload: number(H2ErrorCode.cancel.rawValue))
    }

    static func settings(_ settings: [(UInt16, UInt32)] = []) -> H2Frame {
        H2Frame(type: 4, payload: settings.flatMap { number($0.0).suffix(2) + number($0.1) })
    }

    static let settingsAcknowledgement = H2Frame(type: 4, flags: 1)
    static let ping = H2Frame(type: 6, payload: [1, 2, 3, 4, 5, 6, 7, 8])

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> H2Frame {
        H2Frame(type: 8, stream: stream, payload: number(increment))
    }

    static func priorityUpdate(_ stream: UInt32, _ value: String) -> H2Frame {
        H2Frame(type: 0x10, payload: number(stream) + Array(value.utf8))
    }

    /// A number as it goes over the network, in four bytes.
    private static func number(_ value: some BinaryInteger) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// Field blocks without dynamic table or Huffman code (RFC 7541 section 6.2.2): every byte is as the test says.
enum H2Block {
    static func request(
        _ method: String = "GET", _ path: String = "/", authority: String = "h", scheme: String = "https",
        fields: [(String, String)] = []
    ) -> [UInt8] {
        block(
            [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path)] + fields)
    }

    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0x00] + string($0.0) + string($0.1) }
    }

    /// A string and its length, in the seven bits of a prefix and as many bytes as it takes (RFC 7541 section 5.1).
    static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (rest, length): (Int, [UInt8]) = (bytes.count - 127, [127])
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
