import Bytes

/// What is spoken inside a session, as negotiated by ALPN ([RFC 7301](https://www.rfc-editor.org/rfc/rfc7301)).
public enum ApplicationProtocol: UInt8, CaseIterable, Sendable {
    /// `http/1.1`.
    case http11
    /// `h2`.
    case http2

    /// The registered identification sequence.
    var identifier: StaticString {
        switch self {
        case .http11: "http/1.1"
        case .http2: "h2"
        }
    }

    init?(_ identifier: Span<UInt8>) {
        for candidate in Self.allCases where identifier.equals(candidate.identifier) {
            self = candidate
            return
        }
        return nil
    }
}

extension [ApplicationProtocol] {
    /// The list as it goes over the wire: each identifier behind its length.
    var protocolNameList: [UInt8] {
        var list = ByteBuffer()
        for choice in self {
            list.append(UInt8(choice.identifier.utf8CodeUnitCount))
            list.append(choice.identifier)
        }
        return list.readable.array
    }

    /// Finds the first of these protocols that a client offers.
    ///
    /// - Parameter offered: the client's list: each identifier behind its length.
    /// - Returns: where its identifier is within `offered`, or nil when none is there or the list is malformed.
    func firstOffered(in offered: Span<UInt8>) -> Range<Int>? {
        for choice in self {
            var start = 0
            while start < offered.count {
                let end = start + 1 + Int(offered[start])
                guard end <= offered.count else { return nil }
                if offered.extracting(start + 1..<end).equals(choice.identifier) { return start + 1..<end }
                start = end
            }
        }
        return nil
    }
}
