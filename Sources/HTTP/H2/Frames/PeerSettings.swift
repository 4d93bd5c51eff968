import Bytes

/// The settings of RFC 9113 section 6.5.2, RFC 8441 section 3 and RFC 9218 section 2.1.
enum Setting: UInt16 {
    case headerTableSize = 0x1
    case enablePush = 0x2
    case maxConcurrentStreams = 0x3
    case initialWindow = 0x4
    case maxFrameSize = 0x5
    case maxHeaderListSize = 0x6
    case enableConnectProtocol = 0x8
    case noRFC7540Priorities = 0x9
}

/// What the peer said about itself that we act on. The rest of its settings are checked and have no effect: our frames
/// and field lists stay below what every peer takes.
struct PeerSettings {
    /// What a stream may send before the peer has read any of it (RFC 9113 section 6.9.2).
    var initialWindow = FlowWindow.start
    /// Streams that we may have open at once. Until a server has said so, as many as RFC 9113 section 6.5.2 advises it to
    /// allow.
    var maxConcurrentStreams = 100
    /// Whether the peer takes extended CONNECT (RFC 8441).
    var enablesConnectProtocol = false
    /// The smallest and the last size of dynamic table in the last SETTINGS: both bind an encoder (RFC 7541 section 4.2).
    var tableSize: (smallest: Int, last: Int)?

    /// Takes in the payload of SETTINGS, whose length is a multiple of six. Its settings hold in their order.
    mutating func read(_ payload: Span<UInt8>, from role: H2Connection.Role) throws(H2Failure) {
        tableSize = nil
        var offset = 0
        while offset < payload.count {
            let setting = Setting(rawValue: UInt16(payload[offset]) << 8 | UInt16(payload[offset + 1]))
            let value = payload.bigEndian32(at: offset + 2)
            offset += 6
            switch setting {
            case .headerTableSize:
                let size = Int(value)
                tableSize = (min(tableSize?.smallest ?? size, size), size)
            case .enablePush:
                guard value == 0 || value == 1 && role == .client else { throw .protocolError(.badSetting) }
            case .maxConcurrentStreams:
                maxConcurrentStreams = Int(value)
            case .initialWindow:
                guard value <= FlowWindow.maximum else { throw H2Failure(.flowControlError, .badSetting) }
                initialWindow = Int(value)
            case .maxFrameSize:
                guard value >= 1 << 14, value < 1 << 24 else { throw .protocolError(.badSetting) }
            case .enableConnectProtocol:
                // Once said, it cannot be taken back (RFC 8441 section 3).
                guard value == 1 || value == 0 && !enablesConnectProtocol else { throw .protocolError(.badSetting) }
                enablesConnectProtocol = value == 1
            case .noRFC7540Priorities:
                guard value <= 1 else { throw .protocolError(.badSetting) }
            case .maxHeaderListSize, nil:
                break
            }
        }
    }
}
