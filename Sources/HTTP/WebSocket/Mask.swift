internal import Bytes

/// The key that a client's payloads are combined with, so that no script chooses the bytes on the wire (RFC 6455,
/// section 5.3). Masking and unmasking are the same.
struct Mask {
    /// The key, turned so that the byte for what comes next is the highest.
    private var key: UInt32

    /// - Parameter key: its first byte highest.
    init(_ key: UInt32) {
        self.key = key
    }

    /// Appends the next bytes of the payload, combined with the key.
    mutating func append(_ bytes: Span<UInt8>, to buffer: inout ByteBuffer) {
        buffer.reserve(bytes.count)
        for index in bytes.indices {
            key = key << 8 | key >> 24
            buffer.append(bytes[index] ^ UInt8(truncatingIfNeeded: key))
        }
    }
}
