import Bytes
import COpenSSL

/// The application traffic secrets of TLS 1.3, from which a session's keys are derived
/// ([RFC 8446, section 7.1](https://www.rfc-editor.org/rfc/rfc8446#section-7.1)).
///
/// They live in the channel, and nowhere else: what is freed with it is wiped.
enum TrafficSecrets {
    enum Side: CInt {
        case client = 0
        case server = 1
    }

    /// Takes a secret out of what OpenSSL would write to a key log: label, client random and secret, in hexadecimal.
    @unsafe
    static func keep(_ line: Span<CChar>, in channel: UnsafeMutablePointer<tls_channel>) {
        guard let side = side(of: line) else { return }
        let secret = unsafe tls_channel_secret(channel, side.rawValue)!
        var end = line.count
        while end > 0, line[end - 1] != 0x20 { end -= 1 }
        let digits = line.extracting(end...)
        guard digits.count % 2 == 0, digits.count / 2 <= Int(EVP_MAX_MD_SIZE) else { return }
        for index in 0..<digits.count / 2 {
            guard let high = ASCII.hexValue(UInt8(bitPattern: digits[2 * index])),
                let low = ASCII.hexValue(UInt8(bitPattern: digits[2 * index + 1]))
            else { return }
            unsafe secret[index] = high << 4 | low
        }
        unsafe channel.pointee.known_secrets |= UInt8(1 << side.rawValue)
    }

    private static func side(of line: Span<CChar>) -> Side? {
        if line.begins(with: "CLIENT_TRAFFIC_SECRET_0 ") { return .client }
        return line.begins(with: "SERVER_TRAFFIC_SECRET_0 ") ? .server : nil
    }
}

extension Span<CChar> {
    fileprivate func begins(with label: StaticString) -> Bool {
        guard count >= label.utf8CodeUnitCount else { return false }
        return label.withUTF8Buffer { label in
            for index in label.indices where unsafe UInt8(bitPattern: self[index]) != label[index] { return false }
            return true
        }
    }
}
