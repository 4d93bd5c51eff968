import HTTP

/// A frame as it lies on the wire, right or wrong: written and read by other code than the one that is tested.
struct WireFrame: Hashable, CustomStringConvertible {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let endStream: UInt8 = 0x1
    static let acknowledgement: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4
    static let padded: UInt8 = 0x8
    static let prioritised: UInt8 = 0x20

    var bytes: [UInt8] {
        let length = UInt32(payload.count)
        return Array(length.bytes.dropFirst()) + [type, flags] + stream.bytes + payload
    }

    var description: String {
        "type \(type), flags \(flags), stream \(stream), \(payload.prefix(16)) of \(payload.count)"
    }

    /// The frames in `bytes`, which must hold nothing else.
    static func all(in bytes: [UInt8]) -> [WireFrame] {
        var frames: [WireFrame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let header = Array(rest.prefix(9))
            let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
            let stream = header[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            precondition(rest.count >= 9 + length, "half a frame in the output")
            frames.append(
                WireFrame(
                    type: header[3], flags: header[4], stream: stream, payload: Array(rest.dropFirst(9).prefix(length)))
            )
            rest = rest.dropFirst(9 + length)
        }
        precondition(rest.isEmpty, "half a frame header in the output")
        return frames
    }

    // MARK: What peers send

    static func data(_ stream: UInt32, _ payload: [UInt8], isEnd: Bool = false) -> WireFrame {
        WireFrame(type: 0, flags: isEnd ? endStream : 0, stream: stream, payload: payload)
    }

    static func padded(_ stream: UInt32, _ payload: [UInt8], padding: UInt8, isEnd: Bool = false) -> WireFrame {
        WireFrame(
            type: 0, flags: padded | (isEnd ? endStream : 0), stream: stream,
            payload: [padding] + payload + [UInt8](repeating: 0, count: Int(padding)))
    }

    static func headers(
        _ stream: UInt32, _ block: [UInt8] = WireBlocks.get, isEnd: Bool = true, isWhole: Bool = true
    ) -> WireFrame {
        WireFrame(
            type: 1, flags: (isEnd ? endStream : 0) | (isWhole ? endHeaders : 0), stream: stream, payload: block)
    }

    static func continuation(_ stream: UInt32, _ block: [UInt8], isLast: Bool = true) -> WireFrame {
        WireFrame(type: 9, flags: isLast ? endHeaders : 0, stream: stream, payload: block)
    }

    static func priority(_ stream: UInt32, on parent: UInt32) -> WireFrame {
        WireFrame(type: 2, stream: stream, payload: parent.bytes + [16])
    }

    static func reset(_ stream: UInt32, _ code: H2ErrorCode = .cancel) -> WireFrame {
        WireFrame(type: 3, stream: stream, payload: code.rawValue.bytes)
    }

    static func settings(_ settings: [(UInt16, UInt32)] = []) -> WireFrame {
        WireFrame(
            type: 4,
            payload: settings.flatMap {
                [UInt8(truncatingIfNeeded: $0.0 >> 8), UInt8(truncatingIfNeeded: $0.0)] + $0.1.bytes
            }
        )
    }

    static let settingsAcknowledgement = WireFrame(type: 4, flags: acknowledgement)

    static func ping(_ data: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8], isAcknowledgement: Bool = false) -> WireFrame {
        WireFrame(type: 6, flags: isAcknowledgement ? acknowledgement : 0, payload: data)
    }

    static func goAway(_ lastStream: UInt32, _ code: H2ErrorCode = .noError) -> WireFrame {
        WireFrame(type: 7, payload: lastStream.bytes + code.rawValue.bytes)
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> WireFrame {
        WireFrame(type: 8, stream: stream, payload: increment.bytes)
    }

    static func priorityUpdate(_ stream: UInt32, _ value: String) -> WireFrame {
        WireFrame(type: 0x10, payload: stream.bytes + value.bytes)
    }
}

extension UInt32 {
    /// The number as it goes over the network.
    var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) }
    }
}
