internal import Bytes
internal import HTTP

/// Writes the head of a request as a service gets it.
enum UpstreamRequest {
    /// Writes request line and fields: the path as the route rewrites it, the client's Host, and a framing that is our own.
    static func write(
        _ head: borrowing RequestHead, _ rewrite: PathRewrite, _ captures: Captures, framing: BodyFraming,
        to buffer: inout ByteBuffer
    ) {
        buffer.append(head.methodToken)
        buffer.append(0x20)
        rewrite.write(path: head.path, query: head.query, captures: captures, into: &buffer)
        buffer.append(" HTTP/1.1\r\nhost: ")
        buffer.append(head.authority)
        buffer.append("\r\n")
        H1Writer.fields(head.fields, to: &buffer)
        if framing == .chunked { buffer.append("transfer-encoding: chunked\r\n") }
        H1Writer.endOfFields(to: &buffer)
    }
}
