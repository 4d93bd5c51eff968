internal import Bytes
internal import HTTP

/// The head of a request as a service gets it.
enum UpstreamRequest {
    /// Writes path and query as the route rewrites them.
    static func writeTarget(
        of head: borrowing RequestHead, _ rewrite: PathRewrite, _ captures: Captures, to buffer: inout ByteBuffer
    ) {
        rewrite.write(path: head.path, query: head.query, captures: captures, into: &buffer)
    }
}
