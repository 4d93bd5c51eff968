import Bytes

/// The parts of an authority: a host and an optional port (RFC 9110 section 7.2, RFC 3986 section 3.2).
///
/// It holds positions only, in the bytes that it was made from.
public struct Authority: Sendable, Equatable {
    /// How many of the bytes, from the first, are the host; an IPv6 address with its brackets.
    public let hostLength: Int
    /// The port, nil when there is none.
    public let port: UInt16?

    /// Parses `host`, `host:port`, `[IPv6]` or `[IPv6]:port`; nil when the bytes are nothing of these. User information
    /// is refused, and so are percent-encoded names, which no DNS has.
    public init?(_ bytes: Span<UInt8>) {
        guard let length = Self.hostLength(bytes) else { return nil }
        hostLength = length
        guard length < bytes.count else {
            port = nil
            return
        }
        guard bytes[length] == Byte.colon, bytes.count - length <= 6 else { return nil }
        var number = 0
        for index in length + 1..<bytes.count {
            guard ASCII.isDigit(bytes[index]) else { return nil }
            number = number * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        guard number <= 65535 else { return nil }
        // `host:` means the default port (RFC 3986 section 3.2.3).
        port = length + 1 == bytes.count ? nil : UInt16(number)
    }

    private static func hostLength(_ bytes: Span<UInt8>) -> Int? {
        guard bytes.count > 0, bytes.count <= 262 else { return nil }
        if bytes[0] == UInt8(ascii: "[") {
            for index in 1..<bytes.count where bytes[index] == UInt8(ascii: "]") {
                return isIPv6(bytes.extracting(1..<index)) ? index + 1 : nil
            }
            return nil
        }
        var length = 0
        while length < bytes.count, bytes[length] != Byte.colon {
            guard isNameByte(bytes[length]) else { return nil }
            length += 1
        }
        return length > 0 ? length : nil
    }

    /// Unreserved characters and sub-delimiters but the comma, at which a list of hosts could be split.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        if ASCII.isAlphanumeric(byte) { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
            UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: "="):
            return true
        default:
            return false
        }
    }

    /// Whether the bytes are an IPv6 address: eight groups of up to four digits, `::` once for a run of zeros, the last
    /// two groups perhaps as IPv4.
    private static func isIPv6(_ bytes: Span<UInt8>) -> Bool {
        var groups = 0
        var hasGap = false
        var position = 0
        if bytes.count >= 2, bytes[0] == Byte.colon {
            guard bytes[1] == Byte.colon else { return false }
            hasGap = true
            position = 2
            if position == bytes.count { return true }
        }
        while true {
            let start = position
            while position < bytes.count, ASCII.hexValue(bytes[position]) != nil { position += 1 }
            if position < bytes.count, bytes[position] == Byte.period {
                groups += 2
                return isIPv4(bytes.extracting(start..<bytes.count)) && (hasGap ? groups < 8 : groups == 8)
            }
            guard position > start, position - start <= 4 else { return false }
            groups += 1
            if position == bytes.count { return hasGap ? groups < 8 : groups == 8 }
            guard bytes[position] == Byte.colon else { return false }
            position += 1
            if position < bytes.count, bytes[position] == Byte.colon {
                guard !hasGap else { return false }
                hasGap = true
                position += 1
                if position == bytes.count { return groups < 8 }
            }
        }
    }

    private static func isIPv4(_ bytes: Span<UInt8>) -> Bool {
        var octets = 0
        var digits = 0
        var number = 0
        for index in bytes.indices {
            if bytes[index] == Byte.period {
                guard digits > 0 else { return false }
                octets += 1
                digits = 0
                number = 0
            } else {
                guard ASCII.isDigit(bytes[index]), digits < 3 else { return false }
                digits += 1
                number = number * 10 + Int(bytes[index] - UInt8(ascii: "0"))
                guard number <= 255 else { return false }
            }
        }
        return octets == 3 && digits > 0
    }
}
