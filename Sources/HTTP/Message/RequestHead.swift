public import Bytes

/// The forms of a request target (RFC 9112 section 3.2).
public enum TargetForm: UInt8, Sendable {
    /// A path, with or without a query.
    case origin
    /// A whole URI.
    case absolute
    /// Host and port, for `CONNECT`.
    case authority
    /// `*`, for `OPTIONS`.
    case asterisk
}

/// What a request says before its body: the same shape for HTTP/1 and HTTP/2.
///
/// A head that a parser finished is valid: the method is a token, the path is normalised and starts with `/` (or is `*`,
/// or empty for `CONNECT`), the authority is a host with an optional port. `fields` never holds `Host`: who the
/// request is for is in ``authority`` alone, whichever protocol carried it, and writers send it from there.
///
/// A connection reuses one head for request after request: ``reset()`` keeps the memory.
public struct RequestHead: ~Copyable {
    /// The method.
    public private(set) var method = Method.get
    /// The version that the client speaks.
    public var version = Version.http11
    /// How the request came.
    public var scheme = Scheme.https
    /// The form of the target as received.
    public internal(set) var form = TargetForm.origin
    /// Whether the path holds `%2F` or `%5C`, which parsers let pass only when told to. Who told them refuses such a
    /// request unless its route allows it.
    public internal(set) var hasEncodedSlash = false
    /// The header fields, without `Host`.
    public var fields = FieldBlock()

    /// The bytes of method, target, path and authority; the ranges below lie in it.
    @usableFromInline var line = ByteBuffer()
    @usableFromInline var methodRange = ByteRange.empty
    @usableFromInline var targetRange = ByteRange.empty
    @usableFromInline var pathRange = ByteRange.empty
    @usableFromInline var queryRange = ByteRange.empty
    @usableFromInline var authorityRange = ByteRange.empty
    @usableFromInline var protocolRange = ByteRange.empty
    @usableFromInline var hasQuery = false

    /// An empty head, without memory until it is filled.
    public init() {}

    /// The method's token.
    @inlinable
    public var methodToken: Span<UInt8> {
        @_lifetime(borrow self)
        get { line.readable.extracting(methodRange.range) }
    }

    /// The target as received. Not for routing: that is what ``path`` is for.
    @inlinable
    public var target: Span<UInt8> {
        @_lifetime(borrow self)
        get { line.readable.extracting(targetRange.range) }
    }

    /// The normalised path, without the query.
    @inlinable
    public var path: Span<UInt8> {
        @_lifetime(borrow self)
        get { line.readable.extracting(pathRange.range) }
    }

    /// The query without its `?`; nil when there is none, empty when nothing follows the `?`.
    @inlinable
    public var query: Span<UInt8>? {
        @_lifetime(borrow self)
        get {
            guard hasQuery else { return nil }
            return line.readable.extracting(queryRange.range)
        }
    }

    /// The host, with a port where one was given; empty when a 1.0 client named none.
    @inlinable
    public var authority: Span<UInt8> {
        @_lifetime(borrow self)
        get { line.readable.extracting(authorityRange.range) }
    }

    /// The protocol that an extended `CONNECT` asks for, such as `websocket` (RFC 8441 section 4); nil for other requests.
    /// Over HTTP/2 a head with one is sent as `CONNECT`, whatever its method.
    @inlinable
    public var extendedProtocol: Span<UInt8>? {
        @_lifetime(borrow self)
        get {
            guard protocolRange.count > 0 else { return nil }
            return line.readable.extracting(protocolRange.range)
        }
    }

    /// Makes the request an extended `CONNECT` for this protocol, which must be a token (RFC 8441 section 4).
    public mutating func setExtendedProtocol(_ token: Span<UInt8>) {
        precondition(FieldSyntax.isToken(token), "a protocol that is no token")
        protocolRange = keep(token)
    }

    /// Sets the method; refused when it is not a token (RFC 9110 section 9.1).
    public mutating func setMethod(_ token: Span<UInt8>) throws(H1Error) {
        guard FieldSyntax.isToken(token) else { throw .badMethod }
        method = Method(token)
        methodRange = keep(token)
    }

    /// Sets the method, which must not be ``Method/other``.
    public mutating func setMethod(_ method: Method) {
        precondition(method != .other, "a method without a token")
        self.method = method
        let start = line.count
        line.append(method.token)
        methodRange = ByteRange(start..<line.count)
    }

    /// Sets the path, which must be normalised already: by a rewrite, or of a request that the gateway makes itself.
    public mutating func setPath(_ path: Span<UInt8>) {
        pathRange = keepVisible(path)
    }

    /// Makes the path what is left of it without its first `count` bytes, with a `/` before it if need be.
    public mutating func dropPathPrefix(_ count: Int) {
        let rest = min(Int(pathRange.start) + count, Int(pathRange.end))..<Int(pathRange.end)
        if !rest.isEmpty, line.readable[rest.lowerBound] == Byte.slash {
            pathRange = ByteRange(rest)
        } else {
            let start = line.count
            line.append(Byte.slash)
            for index in rest {
                let byte = line.readable[index]
                line.append(byte)
            }
            pathRange = ByteRange(start..<line.count)
        }
    }

    /// Sets the query, without its `?`.
    public mutating func setQuery(_ query: Span<UInt8>?) {
        hasQuery = false
        guard let query else { return }
        hasQuery = true
        queryRange = keepVisible(query)
    }

    /// Sets who the request is for; the bytes must be a valid ``Authority``.
    public mutating func setAuthority(_ authority: Span<UInt8>) {
        authorityRange = keepVisible(authority)
    }

    /// Makes the head empty and keeps its memory.
    public mutating func reset() {
        method = .get
        version = .http11
        scheme = .https
        form = .origin
        hasEncodedSlash = false
        fields.removeAll()
        line.removeAll()
        forgetRanges()
    }

    /// Makes the head empty and gives its memory back.
    public mutating func releaseStorage() {
        reset()
        fields.releaseStorage()
        line.releaseStorage()
    }

    private mutating func forgetRanges() {
        methodRange = .empty
        targetRange = .empty
        pathRange = .empty
        queryRange = .empty
        authorityRange = .empty
        protocolRange = .empty
        hasQuery = false
    }

    /// Copies a target as it was received and returns where it starts.
    mutating func keepTarget(_ target: Span<UInt8>) -> Int {
        targetRange = keep(target)
        pathRange = .empty
        hasQuery = false
        hasEncodedSlash = false
        return Int(targetRange.start)
    }

    /// Copies bytes behind those already kept and returns where they are.
    mutating func keep(_ bytes: Span<UInt8>) -> ByteRange {
        let start = line.count
        line.append(bytes)
        return ByteRange(start..<line.count)
    }

    /// Copies a literal.
    mutating func keep(_ text: StaticString) -> ByteRange {
        let start = line.count
        line.append(text)
        return ByteRange(start..<line.count)
    }

    /// Copies bytes of a target, with those percent-encoded that could end it.
    private mutating func keepVisible(_ bytes: Span<UInt8>) -> ByteRange {
        let start = line.count
        for index in bytes.indices {
            let byte = bytes[index]
            if byte > 0x20, byte < 0x7F {
                line.append(byte)
            } else {
                line.append(Byte.percent)
                line.append(hexadecimal: UInt64(byte), minimumDigits: 2)
            }
        }
        return ByteRange(start..<line.count)
    }
}
