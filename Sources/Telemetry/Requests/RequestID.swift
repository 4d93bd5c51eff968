import Bytes

/// The name of one request in logs, in error bodies and towards services (`X-Request-Id`): 32 hexadecimal digits that
/// we made, or whatever harmless text the client sent.
public struct RequestID: Sendable {
    private var digits: InlineArray<32, UInt8>

    /// A new random one.
    public init(using random: inout FastRandom) {
        digits = InlineArray(repeating: 0)
        let halves = (random.next(), random.next())
        digits.putHex(halves.0, at: 0)
        digits.putHex(halves.1, at: 16)
    }

    /// The text.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { digits.span }
    }

    /// Whether a client's request id is kept: 1 to 128 letters, digits or any of `._:/+=@-`.
    public static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 1, bytes.count <= 128 else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            if ASCII.isAlphanumeric(byte) { continue }
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"),
                UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "-"):
                continue
            default: return false
            }
        }
        return true
    }
}

extension InlineArray where Element == UInt8 {
    /// Writes the sixteen hexadecimal digits of `value` at `start`.
    mutating func putHex(_ value: UInt64, at start: Int) {
        for digit in 0..<16 { self[start + digit] = ASCII.hexDigits[Int((value >> UInt64(60 - digit * 4)) & 15)] }
    }
}
