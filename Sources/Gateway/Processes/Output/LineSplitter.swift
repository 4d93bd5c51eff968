import Bytes

/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    /// The longest line; what follows is dropped up to the line's end.
    static let longest = 8 << 10

    private var partial: [UInt8] = []
    private var isDropping = false

    /// Takes bytes in and hands out the lines that they complete, without their ends.
    mutating func append(_ bytes: Span<UInt8>, _ body: ([UInt8]) -> Void) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                finish(body)
            } else if partial.count < Self.longest {
                partial.append(byte)
            } else if !isDropping {
                isDropping = true
                partial += Array(" [cut]".utf8)
            }
        }
    }

    /// Hands out what was not ended by a line feed, at the end of the stream.
    mutating func finish(_ body: ([UInt8]) -> Void) {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        if !partial.isEmpty { body(partial) }
        partial.removeAll(keepingCapacity: partial.capacity <= 1 << 10)
        isDropping = false
    }
}
