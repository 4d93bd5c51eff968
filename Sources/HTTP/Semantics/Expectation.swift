import Bytes

/// What a request expects before it sends its body (RFC 9110 section 10.1.1).
public enum Expectation: Sendable {
    /// Nothing: the body follows at once.
    case none
    /// `100-continue`: the body follows when a 100 says so, or after a while.
    case continueFirst
    /// Something that nobody knows, to be answered with 417.
    case unknown

    /// The expectation of a request. One from a 1.0 client means nothing.
    public init(_ head: borrowing RequestHead) {
        self = .none
        guard head.version != .http10, let index = head.fields.firstIndex(of: .expect) else { return }
        let isContinue =
            head.fields.value(at: index).equalsIgnoringCase("100-continue")
            && head.fields.nextIndex(of: .expect, after: index) == nil
        self = isContinue ? .continueFirst : .unknown
    }
}
