/// An HTTP/2 frame, written and read by other code than the one that is tested (RFC 9113 section 4.1).
struct Frame {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let endStream: UInt8 = 0x1
    static let acknowledgement: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4

    var bytes: [UInt8] {
        Array(UInt32(payload.count).bytes.dropFirst()) + [type, flags] + stream.bytes + payload
    }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// The number in four bytes of the payload.
    func number(at index: Int = 0) -> UInt32 { payload[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    static func headers(_ stream: UInt32, _ fields: KeyValuePairs<String, String>, isEnd: Bool = true) -> Frame {
        // Literals without indexing, and without Huffman coding (RFC 7541 section 6.2.2).
        let block = fields.flatMap { name, value in [0] + length(name) + name.utf8 + length(value) + value.utf8 }
        return Frame(type: 1, flags: endHeaders | (isEnd ? endStream : 0), stream: stream, payload: block)
    }

    private static func length(_ text: String) -> [UInt8] {
        let count = text.utf8.count
        return count < 127 ? [UInt8(count)] : [127, UInt8((count - 127) & 127 | 128), UInt8((count - 127) >> 7)]
    }

    static func request(
        _ stream: UInt32, _ method: String = "GET", _ path: String = "/", isEnd: Bool = true
    ) -> Frame {
        headers(stream, [":method": method, ":scheme": "https", ":authority": "a", ":path": path], isEnd: isEnd)
    }

    static func response(_ stream: UInt32, _ status: Int = 200, isEnd: Bool = false) -> Frame {
        headers(stream, [":status": "\(status)"], isEnd: isEnd)
    }

    static func data(_ stream: UInt32, _ bytes: [UInt8], isEnd: Bool = false) -> Frame {
        Frame(type: 0, flags: isEnd ? endStream : 0, stream: stream, payload: bytes)
    }

    static func data(_ stream: UInt32, _ text: String, isEnd: Bool = true) -> Frame {
        data(stream, Array(text.utf8), isEnd: isEnd)
    }

    static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> Frame {
        Frame(type: 3, stream: stream, payload: code.bytes)
    }

    static func settings(_ pairs: KeyValuePairs<UInt16, UInt32> = [:]) -> Frame {
        Frame(type: 4, payload: pairs.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] + $1.bytes })
    }

    static func ping(_ value: UInt8) -> Frame {
        Frame(type: 6, payload: [UInt8](repeating: value, count: 8))
    }

    static func goAway(last: UInt32, _ code: UInt32 = 0) -> Frame {
        Frame(type: 7, payload: last.bytes + code.bytes)
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame {
        Frame(type: 8, stream: stream, payload: increment.bytes)
    }
}

extension UInt32 {
    /// The number as it goes over the network.
    fileprivate var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) } }
}

/// Identifiers of settings (RFC 9113 section 6.5.2).
enum Setting {
    static let maxConcurrentStreams: UInt16 = 3
    static let initialWindow: UInt16 = 4
}
