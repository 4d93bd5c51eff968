/// Why a session failed. It is over then: the caller closes the descriptor, after what it still wants to say in plain
/// text in the case of `plainHTTP`.
///
/// What a peer does wrong is told apart as far as somebody would act on it; the rest is `protocolViolation`.
public enum TLSError: Error, Equatable, Sendable {
    /// The client speaks HTTP without TLS.
    case plainHTTP
    /// The first bytes are no TLS record.
    case notTLS
    /// The peer speaks no version that we accept.
    case unsupportedVersion
    /// No cipher suite, group or signature algorithm in common.
    case nothingInCommon
    /// No application protocol in common ([RFC 7301, section 3.2](https://www.rfc-editor.org/rfc/rfc7301#section-3.2)).
    case noCommonApplicationProtocol
    /// What should be the name of a server to connect to is none.
    case invalidHostname
    /// The peer's certificate was not accepted, with OpenSSL's `X509_V_ERR_` code.
    case certificateRejected(code: Int32)
    /// The peer ended the session with an alert
    /// ([RFC 8446, section 6.2](https://www.rfc-editor.org/rfc/rfc8446#section-6.2)).
    case alert(UInt8)
    /// The connection ended during the handshake.
    case closedInHandshake
    /// The socket failed, with errno.
    case transport(errno: Int32)
    /// The peer broke the protocol, with OpenSSL's `SSL_R_` reason.
    case protocolViolation(reason: Int32)
    /// Memory, randomness or another part of OpenSSL failed, with its packed error code.
    case library(code: UInt)
}

/// What a handshake needs next.
public enum HandshakeStep: Equatable, Sendable {
    /// The session carries data now.
    case done
    /// Call again when the descriptor became readable.
    case wantsRead
    /// Call again when the descriptor became writable.
    case wantsWrite
    /// The session is over.
    case failed(TLSError)
}

/// What a read brought.
public enum ReadStep: Equatable, Sendable {
    /// So many bytes were appended. More may be there: read again before waiting.
    case bytes(Int)
    /// Nothing until the descriptor became readable.
    case wantsRead
    /// Nothing until the descriptor became writable: the session has to answer first.
    case wantsWrite
    /// The peer sends no more.
    case closed
    /// The session is over.
    case failed(TLSError)
}

/// What a write took.
public enum WriteStep: Equatable, Sendable {
    /// So many bytes were taken, perhaps not all.
    case bytes(Int)
    /// None until the descriptor became writable. The next write must begin with the same bytes.
    case wantsWrite
    /// None until the descriptor became readable. The next write must begin with the same bytes.
    case wantsRead
    /// The session is over.
    case failed(TLSError)
}
