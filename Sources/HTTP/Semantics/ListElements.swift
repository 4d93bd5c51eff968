import Bytes

/// Walks the elements of a comma-separated field value (RFC 9110 section 5.6.1), skipping empty ones.
///
/// For lists of tokens: it does not know quoted strings.
struct ListElements {
    private var position = 0

    /// The range of the next element without the whitespace around it, nil after the last.
    mutating func next(in value: Span<UInt8>) -> Range<Int>? {
        while position < value.count {
            var start = position
            while position < value.count, value[position] != UInt8(ascii: ",") { position += 1 }
            var end = position
            position += 1
            while start < end, value[start] == Byte.space || value[start] == Byte.tab { start += 1 }
            while end > start, value[end - 1] == Byte.space || value[end - 1] == Byte.tab { end -= 1 }
            if start < end { return start..<end }
        }
        return nil
    }
}
