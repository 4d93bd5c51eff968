/// A frame of HTTP/2 as it is on the wire (RFC 9113 section 4.1).
struct WireFrame: Equatable {
    /// The types that are told apart here.
    enum Kind {
        static let data: UInt8 = 0x0
        static let headers: UInt8 = 0x1
        static let reset: UInt8 = 0x3
        static let settings: UInt8 = 0x4
        static let goAway: UInt8 = 0x7
        static let windowUpdate: UInt8 = 0x8
        static let continuation: UInt8 = 0x9
    }

    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    /// The frame in bytes.
    var bytes: [UInt8] {
        let length = UInt32(payload.count)
        return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
            + Self.big(stream) + payload
    }

    /// Whether END_STREAM is set on a frame that may have it.
    var endsStream: Bool { (type == Kind.data || type == Kind.headers) && flags & 1 != 0 }

    /// The first number of the payload; zero when it is shorter.
    var number: UInt32 { payload.count < 4 ? 0 : payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    /// The frames that `bytes` are made of; nil when they do not end with one.
    static func all(in bytes: [UInt8]) -> [WireFrame]? {
        var frames: [WireFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 9 else { return nil }
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            rest = rest.dropFirst(9)
            guard rest.count >= length else { return nil }
            let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
            frames.append(WireFrame(type: head[3], flags: head[4], stream: stream, payload: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return frames
    }

    private static func big(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
