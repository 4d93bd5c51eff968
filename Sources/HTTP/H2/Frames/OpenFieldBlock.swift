import Bytes

/// A field block that is being written: its frame's header is there, and gets its length when the block is complete.
struct OpenFieldBlock: ~Copyable {
    private let start: Int
    private let stream: UInt32
    private let flags: FrameFlags

    /// Begins HEADERS of a stream in `output`; the block is to be appended next.
    init(stream: UInt32, isEnd: Bool, in output: inout ByteBuffer) {
        start = output.count
        self.stream = stream
        flags = isEnd ? .endStream : []
        FrameWriter.header(.headers, length: 0, flags: flags.union(.endHeaders), stream: stream, to: &output)
    }

    /// Ends the block: in this one frame, or with CONTINUATION frames behind it (RFC 9113 section 4.3).
    consuming func close(in output: inout ByteBuffer) {
        let length = output.count - start - FrameHeader.size
        if length <= FrameWriter.maxPayload {
            output.replace(at: start, with: UInt8(truncatingIfNeeded: length >> 16))
            output.replace(at: start + 1, with: UInt8(truncatingIfNeeded: length >> 8))
            output.replace(at: start + 2, with: UInt8(truncatingIfNeeded: length))
        } else {
            split(length, in: &output)
        }
    }

    private func split(_ length: Int, in output: inout ByteBuffer) {
        var block = ByteBuffer(capacity: length)
        block.append(output.readable.extracting(last: length))
        output.truncate(to: start)
        var type = FrameType.headers
        var flags = flags
        while !block.isEmpty {
            let part = min(block.count, FrameWriter.maxPayload)
            if part == block.count { flags.insert(.endHeaders) }
            FrameWriter.header(type, length: part, flags: flags, stream: stream, to: &output)
            output.append(block.readable.extracting(first: part))
            block.consume(part)
            type = .continuation
            flags = []
        }
    }
}
