internal import Bytes

/// Follows the messages in the body of a call, each behind five bytes that say its length: so that a limit holds for every
/// message, and not for all that a stream ever carries.
struct GRPCMessageMeter: Sendable {
    private static let prefixLength = 5

    private let limit: UInt64
    /// How much of the prefix has passed.
    private var prefix = 0
    private var length: UInt64 = 0
    /// What of the message is still to come.
    private var left: UInt64 = 0

    /// - Parameter limit: the largest message, in bytes.
    init(limit: UInt64) {
        self.limit = limit
    }

    /// Takes note of the next bytes of the body.
    /// - Returns: false when a message begins that is larger than the limit.
    mutating func pass(_ bytes: Span<UInt8>) -> Bool {
        var position = 0
        while position < bytes.count {
            if left > 0 {
                let count = Int(min(left, UInt64(bytes.count - position)))
                left -= UInt64(count)
                position += count
                continue
            }
            // The first byte says whether the message is compressed.
            length = prefix == 0 ? 0 : length << 8 | UInt64(bytes[position])
            prefix += 1
            position += 1
            guard prefix == Self.prefixLength else { continue }
            if length > limit { return false }
            left = length
            prefix = 0
        }
        return true
    }
}
