extension StaticString {
    /// Calls `body` with the UTF-8 of the literal.
    func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        withUTF8Buffer { buffer in unsafe body(Span(_unsafeElements: buffer)) }
    }
}
