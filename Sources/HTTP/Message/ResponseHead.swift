public import Bytes

/// What a response says before its body: the same shape for HTTP/1 and HTTP/2.
///
/// A connection reuses one head for response after response: ``reset()`` keeps the memory.
public struct ResponseHead: ~Copyable {
    /// The status code, 100 to 999.
    public var status = 200
    /// The version that the server speaks.
    public var version = Version.http11
    /// The header fields.
    public var fields = FieldBlock()

    @usableFromInline var reasonBytes = ByteBuffer()

    /// A head that says 200, without memory until it is filled.
    public init() {}

    /// The reason phrase as received, often empty. It means nothing (RFC 9112 section 4).
    @inlinable
    public var reason: Span<UInt8> {
        @_lifetime(borrow self)
        get { reasonBytes.readable }
    }

    /// Whether another response follows for the same request.
    @inlinable public var isInformational: Bool { status < 200 }

    /// Sets the reason phrase.
    public mutating func setReason(_ reason: Span<UInt8>) {
        reasonBytes.removeAll()
        reasonBytes.append(reason)
    }

    /// Makes the head empty and keeps its memory.
    public mutating func reset() {
        status = 200
        version = .http11
        fields.removeAll()
        reasonBytes.removeAll()
    }

    /// Makes the head empty and gives its memory back.
    public mutating func releaseStorage() {
        reset()
        fields.releaseStorage()
        reasonBytes.releaseStorage()
    }
}
