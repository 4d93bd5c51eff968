import Bytes

/// The challenge of a WebSocket handshake and the proof that it was understood (RFC 6455, sections 4.1 and 4.2.2).
///
/// The proof is the SHA-1 of the challenge in base64. Hashing is left to the caller: there is no cryptography here.
public enum WebSocketKey {
    /// Bytes in a nonce.
    public static let nonceLength = 16

    /// Whether a `Sec-WebSocket-Key` is the base64 of 16 bytes.
    public static func isValid(_ key: Span<UInt8>) -> Bool {
        guard key.count == 24, key[22] == UInt8(ascii: "="), key[23] == UInt8(ascii: "=") else { return false }
        for index in 0..<22 {
            let byte = key[index]
            guard ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") else {
                return false
            }
        }
        return true
    }

    /// The `Sec-WebSocket-Key` of a nonce, which must be 16 random bytes.
    public static func key(nonce: Span<UInt8>) -> [UInt8] {
        precondition(nonce.count == nonceLength, "a nonce has 16 bytes")
        return Base64.encode(nonce)
    }

    /// The bytes to be hashed for a key.
    public static func challenge(of key: Span<UInt8>) -> [UInt8] {
        var bytes = ByteBuffer(capacity: 64)
        bytes.append(key)
        bytes.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        return bytes.readable.array
    }

    /// The `Sec-WebSocket-Accept` for the hash of a challenge.
    public static func accept(digest: Span<UInt8>) -> [UInt8] {
        Base64.encode(digest)
    }
}
