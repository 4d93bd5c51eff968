import Bytes

/// The nine bytes before each frame's payload (RFC 9113 section 4.1).
///
/// ```
///  length (24) | type (8) | flags (8) | reserved (1) | stream identifier (31)
/// ```
struct FrameHeader {
    /// Bytes of a header.
    static var size: Int { 9 }

    /// Bytes of the payload.
    let length: Int
    let type: UInt8
    let flags: FrameFlags
    /// Zero for the connection.
    let stream: UInt32

    /// Reads the header at the start of `bytes`, which hold at least ``size`` of them.
    @inline(__always)
    init(_ bytes: Span<UInt8>) {
        let first = bytes.bigEndian32(at: 0)
        length = Int(first >> 8)
        type = UInt8(truncatingIfNeeded: first)
        flags = FrameFlags(rawValue: bytes[4])
        stream = bytes.bigEndian32(at: 5) & 0x7FFF_FFFF
    }
}

extension Span where Element == UInt8 {
    /// The number in the four bytes from `index` on, which must be there.
    @inline(__always)
    func bigEndian32(at index: Int) -> UInt32 {
        UInt32(self[index]) << 24 | UInt32(self[index &+ 1]) << 16 | UInt32(self[index &+ 2]) << 8
            | UInt32(self[index &+ 3])
    }
}
