import Bytes

/// Compares the data of a message with the length that its head declared (RFC 9113 section 8.1.1): whoever forwards the
/// message over HTTP/1 would else let the rest pass for another one.
struct ContentLengthVerifier {
    /// Bytes to come; more than any declared length when none was.
    private var remaining: UInt64

    private static var unknown: UInt64 { .max }

    /// No length was declared.
    init() { remaining = Self.unknown }

    /// The message has exactly this much data.
    init(_ length: UInt64) { remaining = length }

    /// The length that `Content-Length` declares; nil when that is no number or is there twice.
    init?(_ fields: borrowing FieldBlock) {
        self.init()
        guard let index = fields.firstIndex(of: .contentLength) else { return }
        guard fields.nextIndex(of: .contentLength, after: index) == nil,
            let length = try? BodyFraming.contentLength(fields.value(at: index))
        else { return nil }
        remaining = length
    }

    /// Counts data; false when it is more than declared, or less at its end.
    mutating func receive(_ count: Int, isEnd: Bool) -> Bool {
        guard remaining != Self.unknown else { return true }
        guard UInt64(count) <= remaining else { return false }
        remaining -= UInt64(count)
        return !isEnd || remaining == 0
    }
}
