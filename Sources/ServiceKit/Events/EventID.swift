import Bytes
import Crypto
import Telemetry

extension Event {
    /// A new id: a UUID of version 7, 48 bits of milliseconds and 74 random ones (RFC 9562 section 5.7).
    public static func makeID() -> String {
        makeID(at: WallClock.systemTime, random: SecureRandom.bytes(10))
    }

    /// - Parameters:
    ///   - milliseconds: the time since 1970.
    ///   - random: ten random bytes.
    static func makeID(at milliseconds: Int64, random: [UInt8]) -> String {
        var bytes = stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: milliseconds >> $0) } + random
        bytes[6] = bytes[6] & 0x0f | 0x70
        bytes[8] = bytes[8] & 0x3f | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text.unicodeScalars.append(Unicode.Scalar(ASCII.hexDigits[Int(byte >> 4)]))
            text.unicodeScalars.append(Unicode.Scalar(ASCII.hexDigits[Int(byte & 15)]))
        }
        return text
    }
}
