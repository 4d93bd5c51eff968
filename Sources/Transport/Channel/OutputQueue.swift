internal import Bytes
internal import HTTP

/// What is to be written to a channel: small pieces are gathered into one write, large ones go straight from where they
/// lie. It holds at most `limit` bytes.
struct OutputQueue: ~Copyable {
    var buffer = ByteBuffer()
    /// Bytes of the current chunk that are still to be offered; nil when the body is not chunked.
    private var chunk: Int?
    /// Whether the channel has taken anything since `startMessage`.
    private(set) var hasWritten = false

    /// From this size on, bytes are written without being copied.
    static var limit: Int { 16 * 1024 }

    /// Starts a message: nothing of it has been written.
    mutating func startMessage() {
        hasWritten = false
    }

    /// Starts a body. A chunked one is framed as it is offered.
    mutating func startBody(isChunked: Bool) {
        chunk = isChunked ? 0 : nil
    }

    /// Takes what there is room for of `bytes`, writing as needed. Fewer than offered means: wait for the channel, then
    /// offer the rest, the same bytes.
    mutating func offer(_ bytes: Span<UInt8>, to channel: ByteChannel) -> (taken: Int, step: ChannelStep) {
        guard bytes.count > 0 else { return (0, .bytes(0)) }
        guard let open = chunk else { return take(bytes, to: channel) }
        if open == 0 {
            H1Writer.chunkHead(count: bytes.count, to: &buffer)
            chunk = bytes.count
            return take(bytes, to: channel)
        }
        // The chunk that is begun ends where its head says, however much there is by now.
        return take(bytes.extracting(first: min(bytes.count, open)), to: channel)
    }

    private mutating func take(_ bytes: Span<UInt8>, to channel: ByteChannel) -> (taken: Int, step: ChannelStep) {
        if buffer.count + bytes.count <= Self.limit {
            buffer.append(bytes)
            didTake(bytes.count)
            return (bytes.count, .bytes(bytes.count))
        }
        let flushed = flush(to: channel)
        guard case .bytes = flushed else { return (0, flushed) }
        if bytes.count < Self.limit / 4 {
            buffer.append(bytes)
            didTake(bytes.count)
            return (bytes.count, .bytes(bytes.count))
        }
        let step = channel.write(bytes)
        guard case .bytes(let count) = step else { return (0, step) }
        hasWritten = true
        didTake(count)
        return (count, .bytes(count))
    }

    /// Ends a chunked body.
    mutating func endBody(trailers: borrowing FieldBlock) {
        guard chunk != nil else { return }
        H1Writer.lastChunk(trailers: trailers, to: &buffer)
        chunk = nil
    }

    /// Writes everything that is gathered, or as much as the channel takes.
    mutating func flush(to channel: ByteChannel) -> ChannelStep {
        var written = 0
        while !buffer.isEmpty {
            let step = channel.write(buffer.readable)
            guard case .bytes(let count) = step else { return step }
            buffer.consume(count)
            hasWritten = true
            written += count
        }
        return .bytes(written)
    }

    private mutating func didTake(_ count: Int) {
        guard let open = chunk else { return }
        chunk = open - count
        if open == count { H1Writer.chunkEnd(to: &buffer) }
    }
}
