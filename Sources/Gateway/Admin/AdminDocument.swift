import Bytes
import Telemetry

/// An answer of the admin address, ready to be sent. None may be cached.
public struct AdminDocument: Sendable, Equatable {
    /// The status code.
    public var status: Int
    /// The value of `Content-Type`.
    public var contentType: String
    /// The body.
    public var body: [UInt8]
    /// The value of `Content-Security-Policy`, for what a browser shows.
    public var contentSecurityPolicy: String?

    /// A document.
    public init(status: Int = 200, contentType: String, body: [UInt8], contentSecurityPolicy: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.contentSecurityPolicy = contentSecurityPolicy
    }

    /// A JSON document that `body` writes.
    init(status: Int = 200, contentType: String, _ body: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        body(&json)
        json.buffer.append("\n")
        self.init(status: status, contentType: contentType, body: json.finish().readable.array)
    }
}
