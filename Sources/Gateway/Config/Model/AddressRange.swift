public import Reactor

/// Addresses with a common prefix, such as `127.0.0.0/8` (RFC 4632) or `::1`.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let base: InternetAddress
    /// How many leading bits are fixed, of the 128 that an address is kept in.
    private let prefix: Int

    /// Parses an address, or an address with the number of its fixed bits.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = InternetAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...width).contains(bits), parts[1].utf8.first != 0x2B else { return nil }
            length = bits
        }
        prefix = length + 128 - width
        base = InternetAddress(
            high: address.high & Self.mask(prefix), low: address.low & Self.mask(prefix - 64))
    }

    /// Every address of this machine to itself.
    public static let loopback = [AddressRange("127.0.0.0/8")!, AddressRange("::1")!]

    /// Whether the address lies in the range.
    public func contains(_ address: InternetAddress) -> Bool {
        (address.high ^ base.high) & Self.mask(prefix) == 0 && (address.low ^ base.low) & Self.mask(prefix - 64) == 0
    }

    /// As in the file.
    public var description: String {
        "\(base)/\(base.isIPv4 && prefix >= 96 ? prefix - 96 : prefix)"
    }

    /// The first `length` of 64 bits, none when it is negative.
    private static func mask(_ length: Int) -> UInt64 {
        length <= 0 ? 0 : length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
    }
}

extension [AddressRange] {
    /// Whether the address lies in one of the ranges.
    public func contains(address: InternetAddress) -> Bool {
        contains { $0.contains(address) }
    }
}
