/// How much a head may take. Each limit refuses as soon as it is passed, before the rest has arrived.
public struct HeadLimits: Sendable, Equatable {
    /// Bytes of the request line or status line, with its CRLF; default 8 KiB.
    public var startLineBytes = 8 * 1024
    /// Bytes of all field lines, with the empty line that ends them; default 32 KiB.
    public var fieldBytes = 32 * 1024
    /// Number of field lines; default 100.
    public var fieldCount = 100
    /// Whether `%2F` and `%5C` in a path pass the parser, to be decided by the route; see
    /// ``RequestHead/hasEncodedSlash``. Default false.
    public var allowsEncodedSlashes = false

    /// The defaults.
    public init() {}
}
