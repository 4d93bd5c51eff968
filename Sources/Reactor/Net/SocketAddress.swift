/// Where a stream socket listens or connects: an IPv4 or IPv6 address with a port, or a path of a Unix socket.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes in network order and a port.
    case ipv4(InternetAddress, port: UInt16)
    /// Sixteen bytes in network order and a port.
    case ipv6(InternetAddress, port: UInt16)
    /// A file path of at most 107 bytes.
    case unix(path: String)

    /// Parses a numeric address such as `127.0.0.1` or `::1`; nil for names.
    public init?(ip text: String, port: UInt16) {
        guard let address = InternetAddress(text) else { return nil }
        self = address.isIPv4 ? .ipv4(address, port: port) : .ipv6(address, port: port)
    }

    /// The address of every interface: IPv6 where `ipv6`, which takes IPv4 too.
    public static func any(port: UInt16, ipv6: Bool = true) -> SocketAddress {
        ipv6 ? .ipv6(.init(high: 0, low: 0), port: port) : .ipv4(.init(ipv4: 0), port: port)
    }

    /// The IP address, nil for a Unix socket.
    public var internetAddress: InternetAddress? {
        switch self {
        case .ipv4(let address, _), .ipv6(let address, _): address
        case .unix: nil
        }
    }

    /// The port, nil for a Unix socket.
    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, let port): port
        case .unix: nil
        }
    }

    /// `127.0.0.1:80`, `[::1]:80` or `unix:/run/x.sock`.
    public var description: String {
        switch self {
        case .ipv4(let address, let port): "\(address):\(port)"
        case .ipv6(let address, let port): "[\(address)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// An IP address as 128 bits; an IPv4 address is kept IPv4-mapped (RFC 4291, section 2.5.5.2), so that one type and one
/// comparison serve both families.
public struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes, as a big-endian number.
    public let high: UInt64
    /// The last eight bytes, as a big-endian number.
    public let low: UInt64

    /// An address from its halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address from its 32 bits, as a big-endian number.
    public init(ipv4: UInt32) {
        high = 0
        low = 0x0000_FFFF_0000_0000 | UInt64(ipv4)
    }

    /// Parses `192.0.2.1` or `2001:db8::1`; nil for anything else.
    public init?(_ text: String) {
        guard let parsed = Syscalls.parseAddress(text) else { return nil }
        self = parsed
    }

    /// Whether this is an IPv4 address, mapped.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 address's 32 bits.
    public var ipv4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// Whether this is `127.0.0.0/8` or `::1`.
    public var isLoopback: Bool { isIPv4 ? ipv4Bits >> 24 == 127 : high == 0 && low == 1 }

    /// The textual form of RFC 5952, or dotted quads.
    public var description: String { Syscalls.format(self) }
}
