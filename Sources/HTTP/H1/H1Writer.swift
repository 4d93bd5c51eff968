public import Bytes

/// Writes messages of HTTP/1.1 into a buffer.
///
/// What it writes cannot end a line early: names, values and targets come from types that hold no CR, LF or NUL.
public enum H1Writer {
    /// Writes the request line and `Host` of a head: its method, its normalised path and its query.
    ///
    /// `Host` comes first, and empty when the client named none (RFC 9110 section 7.2).
    public static func startRequest(_ head: borrowing RequestHead, to buffer: inout ByteBuffer) {
        startRequest(head, to: &buffer) { buffer in
            if head.form == .authority { buffer.append(head.authority) } else { buffer.append(head.path) }
            if let query = head.query {
                buffer.append(0x3F)
                buffer.append(query)
            }
        }
    }

    /// The same with another target, which `writeTarget` appends.
    @inline(__always)
    public static func startRequest(
        _ head: borrowing RequestHead, to buffer: inout ByteBuffer, writeTarget: (inout ByteBuffer) -> Void
    ) {
        buffer.append(head.methodToken)
        buffer.append(0x20)
        writeTarget(&buffer)
        buffer.append(" HTTP/1.1\r\nhost: ")
        buffer.append(head.authority)
        buffer.append("\r\n")
    }

    /// Writes a whole request head. The fields must be those of this hop: nothing is dropped or added.
    public static func request(_ head: borrowing RequestHead, to buffer: inout ByteBuffer) {
        startRequest(head, to: &buffer)
        fields(head.fields, to: &buffer)
        buffer.append("\r\n")
    }

    /// Writes a whole response head. The fields must be those of this hop: nothing is dropped or added.
    public static func response(_ head: borrowing ResponseHead, to buffer: inout ByteBuffer) {
        startResponse(status: head.status, to: &buffer)
        fields(head.fields, to: &buffer)
        buffer.append("\r\n")
    }

    /// Writes a status line. The reason is the one of the status: what an upstream called it means nothing.
    public static func startResponse(status: Int, to buffer: inout ByteBuffer) {
        if let line = ReasonPhrase.statusLine(of: status) {
            buffer.append(line)
        } else {
            precondition(status >= 100 && status <= 999, "a status code has three digits")
            buffer.append("HTTP/1.1 ")
            buffer.append(decimal: UInt64(status))
            buffer.append(" \r\n")
        }
    }

    /// Writes fields, those that lie side by side in the form they are sent in as one run.
    public static func fields(_ fields: borrowing FieldBlock, to buffer: inout ByteBuffer) {
        var run = 0..<0
        for index in 0..<fields.entries.count {
            let entry = fields.entries[index]
            let start = Int(entry.name.start)
            if entry.isVerbatim {
                let end = Int(entry.value.end) + 2
                if run.upperBound == start {
                    run = run.lowerBound..<end
                } else {
                    buffer.append(fields.bytes.readable.extracting(run))
                    run = start..<end
                }
            } else {
                buffer.append(fields.bytes.readable.extracting(run))
                run = start..<start
                field(name: fields.name(at: index), value: fields.value(at: index), to: &buffer)
                run = Int(entry.value.end)..<Int(entry.value.end)
            }
        }
        buffer.append(fields.bytes.readable.extracting(run))
    }

    /// Writes the fields that make a WebSocket of a connection (RFC 6455, sections 4.1 and 4.2.2), in either direction.
    public static func webSocketUpgrade(to buffer: inout ByteBuffer) {
        buffer.append("connection: Upgrade\r\nupgrade: websocket\r\n")
    }

    /// Writes the empty line that ends a head.
    @inlinable
    public static func endOfFields(to buffer: inout ByteBuffer) { buffer.append("\r\n") }

    /// Writes the line before a chunk of `count` bytes, which must be at least one: an empty chunk would end the body.
    public static func chunkHead(count: Int, to buffer: inout ByteBuffer) {
        precondition(count > 0, "an empty chunk ends the body")
        buffer.append(hexadecimal: UInt64(count))
        buffer.append("\r\n")
    }

    /// Writes what follows the bytes of a chunk.
    @inlinable
    public static func chunkEnd(to buffer: inout ByteBuffer) { buffer.append("\r\n") }

    /// Writes the last chunk of a body without trailers.
    @inlinable
    public static func lastChunk(to buffer: inout ByteBuffer) { buffer.append("0\r\n\r\n") }

    /// Writes the last chunk of a body and its trailers.
    public static func lastChunk(trailers: borrowing FieldBlock, to buffer: inout ByteBuffer) {
        buffer.append("0\r\n")
        fields(trailers, to: &buffer)
        buffer.append("\r\n")
    }

    /// Writes one field that is in no block; name and value are of the block's making.
    private static func field(name: Span<UInt8>, value: Span<UInt8>, to buffer: inout ByteBuffer) {
        buffer.append(name)
        buffer.append(": ")
        buffer.append(value)
        buffer.append("\r\n")
    }
}
