import Bytes

/// Integers as HPACK writes them: in the low bits of a byte, or with those all set in as many bytes behind it as it takes,
/// seven bits each, the lowest first (RFC 7541 section 5.1).
enum HPACKInteger {
    /// Values from here on are refused. No index, size or length in a block comes near.
    static let limit = 1 << 28

    /// Reads the integer whose first byte is at `position`, and moves behind it.
    ///
    /// - Parameter prefix: how many low bits of the first byte are the integer's, 4 to 7.
    @inline(__always)
    static func read(_ block: Span<UInt8>, at position: inout Int, prefix: Int) throws(HPACKError) -> Int {
        guard position < block.count else { throw .truncated }
        let mask = UInt8(truncatingIfNeeded: (1 << prefix) - 1)
        let first = block[position] & mask
        position += 1
        return first < mask ? Int(first) : try readOn(block, at: &position, from: Int(mask))
    }

    private static func readOn(
        _ block: Span<UInt8>, at position: inout Int, from start: Int
    ) throws(HPACKError) -> Int {
        var value = start
        var shift = 0
        while position < block.count {
            let byte = block[position]
            position += 1
            // Four bytes hold what is below the limit; more of them could be zeros without end.
            guard shift < 28 else { throw .integerOverflow }
            value += Int(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 {
                guard value < limit else { throw .integerOverflow }
                return value
            }
        }
        throw .truncated
    }

    /// Appends an integer.
    ///
    /// - Parameters:
    ///   - prefix: how many low bits of the first byte are the integer's, 4 to 7.
    ///   - flags: the other bits of the first byte.
    @inline(__always)
    static func append(_ value: Int, prefix: Int, flags: UInt8, to output: inout ByteBuffer) {
        let mask = (1 << prefix) - 1
        if value < mask {
            output.append(flags | UInt8(truncatingIfNeeded: value))
        } else {
            output.append(flags | UInt8(truncatingIfNeeded: mask))
            appendRest(value - mask, to: &output)
        }
    }

    private static func appendRest(_ rest: Int, to output: inout ByteBuffer) {
        var rest = rest
        while rest >= 0x80 {
            output.append(0x80 | UInt8(truncatingIfNeeded: rest & 0x7F))
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
