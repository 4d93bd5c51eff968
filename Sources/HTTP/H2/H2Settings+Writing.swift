import Bytes

extension H2Settings {
    /// Appends the SETTINGS that announce these to the peer (RFC 9113 section 6.5).
    func write(as role: H2Connection.Role, to output: inout ByteBuffer) {
        var entries: [(Setting, UInt32)] = [
            (.initialWindow, initialWindow), (.maxFrameSize, maxFrameSize), (.maxHeaderListSize, maxHeaderListSize),
        ]
        switch role {
        case .server:
            entries.append((.maxConcurrentStreams, maxConcurrentStreams))
            if enableConnectProtocol { entries.append((.enableConnectProtocol, 1)) }
            entries.append((.noRFC7540Priorities, 1))
        case .client:
            entries.append((.enablePush, 0))
        }
        FrameWriter.header(.settings, length: entries.count * 6, stream: 0, to: &output)
        for (setting, value) in entries {
            output.append(UInt8(truncatingIfNeeded: setting.rawValue >> 8))
            output.append(UInt8(truncatingIfNeeded: setting.rawValue))
            FrameWriter.number(value, to: &output)
        }
    }
}
