import Bytes

/// What a match captured: places in the path, in the order of the pattern. A fixed size, so that matching never allocates.
public struct Captures: Sendable {
    private var starts = InlineArray<8, UInt32>(repeating: 0)
    private var ends = InlineArray<8, UInt32>(repeating: 0)
    /// How many there are. Fewer than the pattern names where optional segments or the tail are missing.
    public private(set) var count = 0

    /// No captures.
    public init() {}

    /// The place of a capture in the path; nil when its segment is missing.
    public subscript(index: Int) -> Range<Int>? {
        guard index < count else { return nil }
        return Int(starts[index])..<Int(ends[index])
    }

    mutating func append(_ range: Range<Int>) {
        precondition(count < PathPattern.maximumCaptures, "a pattern captures more than it may")
        starts[count] = UInt32(truncatingIfNeeded: range.lowerBound)
        ends[count] = UInt32(truncatingIfNeeded: range.upperBound)
        count += 1
    }

    mutating func removeLast() {
        count -= 1
    }
}

/// What the table says about a request.
public enum RouteMatch: Sendable {
    /// This route takes it.
    case found(route: Int, captures: Captures)
    /// No route has the path: 404.
    case notFound
    /// Routes have the path, but only for these methods: 405 with `Allow` (RFC 9110 section 15.5.6).
    case methodNotAllowed(allow: MethodSet)
}
