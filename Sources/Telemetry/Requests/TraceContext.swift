public import Bytes

/// A place in a distributed trace: the `traceparent` field of W3C Trace Context
/// (https://www.w3.org/TR/trace-context/#traceparent-header).
///
/// `tracestate` is opaque and passes through, unless the `traceparent` beside it is invalid (section 3.3.1.1).
public struct TraceContext: Hashable, Sendable {
    /// The upper and lower half of the trace's id, not both zero.
    public let traceID: (high: UInt64, low: UInt64)
    /// The id of the caller's span, not zero.
    public let parentID: UInt64
    /// The flags as received.
    public let flags: UInt8

    /// Whether the caller records this trace.
    public var isSampled: Bool { flags & 1 == 1 }

    /// A new trace that asks services to record it: we have no sampler, and an unset flag would keep theirs from working.
    public init(using random: inout FastRandom) {
        traceID = (random.nextNonZero(), random.next())
        parentID = random.nextNonZero()
        flags = 1
    }

    /// The context in a `traceparent` field, or nil when it is invalid and a new trace must begin.
    public init?(_ bytes: Span<UInt8>) {
        // Section 3.2.2: version 00 has exactly this length, later ones may go on after a dash; ff is forbidden.
        guard bytes.count >= Self.length, let version = bytes.hex(at: 0, digits: 2), version != 0xFF,
            bytes.count == Self.length || (version > 0 && bytes[Self.length] == Self.dash),
            bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
            let high = bytes.hex(at: 3, digits: 16), let low = bytes.hex(at: 19, digits: 16),
            let parent = bytes.hex(at: 36, digits: 16), let flags = bytes.hex(at: 53, digits: 2),
            high | low != 0, parent != 0
        else { return nil }
        traceID = (high, low)
        parentID = parent
        self.flags = UInt8(truncatingIfNeeded: flags)
    }

    private init(traceID: (high: UInt64, low: UInt64), parentID: UInt64, flags: UInt8) {
        self.traceID = traceID
        self.parentID = parentID
        self.flags = flags
    }

    /// The same trace with a new span of ours as the parent. Flags that version 00 does not know are cleared.
    public func makeChild(using random: inout FastRandom) -> TraceContext {
        TraceContext(traceID: traceID, parentID: random.nextNonZero(), flags: flags & 1)
    }

    /// How long a `traceparent` of version 00 is.
    public static let length = 55

    /// Appends the context as a `traceparent` field of version 00.
    public func append(to buffer: inout ByteBuffer) {
        buffer.append("00-")
        appendTraceID(to: &buffer)
        buffer.append(Self.dash)
        buffer.append(hexadecimal: parentID, minimumDigits: 16)
        buffer.append(Self.dash)
        buffer.append(hexadecimal: UInt64(flags), minimumDigits: 2)
    }

    /// Appends the 32 digits of the trace's id.
    public func appendTraceID(to buffer: inout ByteBuffer) {
        var digits = InlineArray<32, UInt8>(repeating: 0)
        digits.putHex(traceID.high, at: 0)
        digits.putHex(traceID.low, at: 16)
        buffer.append(digits.span)
    }

    /// Whether both are the same place of the same trace.
    public static func == (left: TraceContext, right: TraceContext) -> Bool {
        left.traceID == right.traceID && left.parentID == right.parentID && left.flags == right.flags
    }

    /// Hashes all parts.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(traceID.high)
        hasher.combine(traceID.low)
        hasher.combine(parentID)
        hasher.combine(flags)
    }

    private static let dash = UInt8(ascii: "-")
}

extension FastRandom {
    fileprivate mutating func nextNonZero() -> UInt64 {
        while true {
            let number = next()
            if number != 0 { return number }
        }
    }
}

extension Span where Element == UInt8 {
    /// The value of `digits` lowercase hexadecimal digits at `start`, or nil.
    fileprivate func hex(at start: Int, digits: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in start..<start + digits {
            guard let digit = ASCII.hexValue(self[index]), self[index] & 0x20 != 0 else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
