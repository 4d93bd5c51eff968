import Bytes

/// Reads the heads and trailers that come on one connection of HTTP/2 (RFC 9113 section 8).
///
/// Every field block of the connection must go through it, in order, and whole: the compression table lives on from one to
/// the next. A message that it returns could not be read as another one over HTTP/1: no name or value can end a line, no
/// field can change the framing, and there is one opinion about who the request is for.
public struct H2HeadReader: ~Copyable {
    private var decoder: HPACKDecoder
    private let limits: HeadLimits

    /// - Parameters:
    ///   - limits: how much a head may take; its fields are counted as if they had come over HTTP/1.
    ///   - tableSize: the SETTINGS_HEADER_TABLE_SIZE that is announced to the peer, in bytes.
    public init(limits: HeadLimits, tableSize: Int) {
        self.limits = limits
        decoder = HPACKDecoder(tableSize: tableSize)
    }

    /// Reads the head of a request.
    ///
    /// - Parameters:
    ///   - block: the whole field block.
    ///   - head: reset first. After an error other than of compression it holds what was valid before it.
    public mutating func readRequest(_ block: Span<UInt8>, into head: inout RequestHead) throws(H2HeadError) {
        head.reset()
        head.version = .http2
        var sink = RequestSink(limits: limits)
        swap(&sink.head, &head)
        defer { swap(&sink.head, &head) }
        try decode(block, into: &sink)
        try sink.finish()
    }

    /// Reads the head of a response, informational or final.
    ///
    /// - Parameters:
    ///   - block: the whole field block.
    ///   - head: reset first.
    public mutating func readResponse(_ block: Span<UInt8>, into head: inout ResponseHead) throws(H2HeadError) {
        head.reset()
        head.version = .http2
        var sink = ResponseSink(limits: limits)
        swap(&sink.head, &head)
        defer { swap(&sink.head, &head) }
        try decode(block, into: &sink)
        try sink.finish()
    }

    /// Reads trailers.
    ///
    /// - Parameters:
    ///   - block: the whole field block.
    ///   - fields: emptied first.
    public mutating func readTrailers(_ block: Span<UInt8>, into fields: inout FieldBlock) throws(H2HeadError) {
        fields.removeAll()
        var sink = TrailerSink(limits: limits)
        swap(&sink.fields, &fields)
        defer { swap(&sink.fields, &fields) }
        try decode(block, into: &sink)
        try sink.finish()
    }

    /// Decodes a block whose fields nobody wants, so that the table stays in step.
    public mutating func skip(_ block: Span<UInt8>) throws(HPACKError) {
        var sink = ForgetfulSink()
        try decoder.decode(block, into: &sink)
    }

    private mutating func decode<Sink: HPACKSink & ~Copyable>(
        _ block: Span<UInt8>, into sink: inout Sink
    ) throws(H2HeadError) {
        do throws(HPACKError) {
            try decoder.decode(block, into: &sink)
        } catch {
            throw .compression(error)
        }
    }
}
