/// A parser with the properties that hold whatever bytes it is given.
public struct FuzzTarget: Sendable {
    /// The name of its folders in `Fuzz/Corpus` and `Fuzz/Crashers`.
    public let name: String
    /// Throws when a property does not hold; a trap is a finding as well.
    public let check: @Sendable (Span<UInt8>) throws(Violation) -> Void

    init(_ name: String, _ check: @escaping @Sendable (Span<UInt8>) throws(Violation) -> Void) {
        self.name = name
        self.check = check
    }

    /// Every target.
    public static let all = [
        FuzzTarget("h1-request", checkRequest),
        FuzzTarget("h1-response", checkResponse),
        FuzzTarget("chunked", checkChunked),
        FuzzTarget("path", checkPath),
        FuzzTarget("hpack", checkHPACK),
        FuzzTarget("h2-heads", checkH2Heads),
        FuzzTarget("h2-connection", checkH2Connection),
        FuzzTarget("websocket", checkWebSocket),
        FuzzTarget("route-patterns", checkRoutePatterns),
        FuzzTarget("routes-json", checkConfiguration),
        FuzzTarget("jwt", checkToken),
    ]
}
