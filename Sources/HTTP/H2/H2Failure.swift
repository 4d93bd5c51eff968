/// A connection error (RFC 9113 section 5.4.1): the connection ends, and nothing that follows on it is looked at.
public struct H2Failure: Error, Hashable, Sendable {
    /// The code in the GOAWAY.
    public let code: H2ErrorCode
    /// What the peer did.
    public let reason: H2Violation

    /// - Parameters:
    ///   - code: the code in the GOAWAY.
    ///   - reason: what the peer did.
    @inlinable
    public init(_ code: H2ErrorCode, _ reason: H2Violation) {
        self.code = code
        self.reason = reason
    }

    static func protocolError(_ reason: H2Violation) -> H2Failure { H2Failure(.protocolError, reason) }
    static func frameSize(_ reason: H2Violation) -> H2Failure { H2Failure(.frameSizeError, reason) }
    static func calm(_ reason: H2Violation) -> H2Failure { H2Failure(.enhanceYourCalm, reason) }
}
