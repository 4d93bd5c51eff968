public import Bytes

/// Brings a path into the one form that is matched and forwarded (RFC 3986 section 6.2.2).
///
/// Dot segments are resolved and repeated slashes merged, both after decoding; encoded unreserved characters are
/// decoded, once; other encodings are written in capitals. What decoders disagree about is refused: `%00`, a backslash,
/// and, unless allowed, `%2F` and `%5C`. The result of a second run is that of the first.
public enum PathNormalizer {
    /// Whether the path, which starts with `/` and holds visible ASCII only, is in that form for sure. False may be a
    /// false alarm.
    @inlinable
    public static func isNormal(_ path: Span<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for index in path.indices {
            let byte = path[index]
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "/"), UInt8(ascii: "."): if previous == UInt8(ascii: "/") { return false }
            default: break
            }
            previous = byte
        }
        return true
    }

    /// Appends the normal form of `path`, which starts with `/`.
    ///
    /// - Returns: whether the path holds an encoded slash or backslash.
    @discardableResult
    public static func append(
        _ path: Span<UInt8>, to buffer: inout ByteBuffer, allowsEncodedSlashes: Bool = false
    ) throws(H1Error) -> Bool {
        var output = Output(base: buffer.count)
        var hasEncodedSlash = false
        var index = 0
        while index < path.count {
            let byte = path[index]
            index += 1
            switch byte {
            case Byte.slash: output.slash(&buffer)
            case Byte.backslash: throw .backslash
            case Byte.percent:
                guard path.count - index >= 2, let high = ASCII.hexValue(path[index]),
                    let low = ASCII.hexValue(path[index + 1])
                else { throw .badPathEncoding }
                index += 2
                let decoded = high << 4 | low
                if decoded == 0 { throw .encodedNull }
                if decoded == Byte.slash || decoded == Byte.backslash {
                    guard allowsEncodedSlashes else { throw .encodedSlash }
                    hasEncodedSlash = true
                }
                if isUnreserved(decoded) {
                    buffer.append(decoded)
                } else {
                    buffer.append(Byte.percent)
                    buffer.append(capitalHex(high))
                    buffer.append(capitalHex(low))
                }
            default: buffer.append(byte)
            }
        }
        output.endSegment(&buffer)
        return hasEncodedSlash
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        if ASCII.isAlphanumeric(byte) { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
        default: return false
        }
    }

    private static func capitalHex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }

    /// The path as written so far, whose last segment may yet turn out to be a dot segment.
    private struct Output {
        /// Where the path starts in the buffer.
        let base: Int
        /// Where the open segment starts.
        var segment: Int

        init(base: Int) {
            self.base = base
            segment = base
        }

        /// Ends the open segment and starts another.
        mutating func slash(_ buffer: inout ByteBuffer) {
            endSegment(&buffer)
            if buffer.count == base || buffer.readable[buffer.count - 1] != Byte.slash { buffer.append(Byte.slash) }
            segment = buffer.count
        }

        /// Takes the open segment back if it is `.`, and the one before it too if it is `..` (RFC 3986 section 5.2.4).
        mutating func endSegment(_ buffer: inout ByteBuffer) {
            let length = buffer.count - segment
            guard length == 1 || length == 2, buffer.readable[segment] == Byte.period else { return }
            if length == 1 {
                buffer.truncate(to: segment)
            } else if buffer.readable[segment + 1] == Byte.period {
                // Everything before the open segment ends in a slash; the parent is what lies before that one.
                var parent = max(segment - 1, base)
                while parent > base, buffer.readable[parent - 1] != Byte.slash { parent -= 1 }
                buffer.truncate(to: max(parent, min(base + 1, segment)))
                segment = buffer.count
            }
        }
    }
}
