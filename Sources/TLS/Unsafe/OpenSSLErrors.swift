import COpenSSL

/// The thread's error queue of OpenSSL: cleared before a call whose errors matter, read after it.
enum OpenSSLErrors {
    /// Drops what other calls left behind.
    @inline(__always)
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes the oldest error, the cause of those after it, and drops the rest.
    static func take() -> UInt {
        let code = ERR_get_error()
        clear()
        return code
    }

    /// Takes the oldest error as text, and drops the rest.
    static func takeText() -> String {
        text(of: take())
    }

    /// What an error code means.
    static func text(of code: UInt) -> String {
        guard code != 0 else { return "unknown error" }
        guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
        return unsafe String(cString: reason)
    }
}

extension TLSError {
    /// What an error of libssl means for a session.
    init(code: UInt, verification: Int) {
        let reason = ERR_GET_REASON(code)
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else {
            self = .library(code: code)
            return
        }
        switch reason {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            self = .plainHTTP
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_BAD_RECORD_TYPE, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_RECORD_TOO_SMALL:
            self = .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_UNKNOWN_SSL_VERSION,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            self = .unsupportedVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            self = .nothingInCommon
        case SSL_R_NO_APPLICATION_PROTOCOL:
            self = .noCommonApplicationProtocol
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            self = .certificateRejected(code: Int32(truncatingIfNeeded: verification))
        case SSL_AD_REASON_OFFSET..<SSL_AD_REASON_OFFSET + 256:
            self = .alert(UInt8(truncatingIfNeeded: reason - SSL_AD_REASON_OFFSET))
        default:
            self = ERR_FATAL_ERROR(code) == 0 ? .protocolViolation(reason: reason) : .library(code: code)
        }
    }
}

extension TLSError: CustomStringConvertible {
    /// A phrase for the log.
    public var description: String {
        switch self {
        case .plainHTTP: "plain HTTP on a TLS port"
        case .notTLS: "the peer does not speak TLS"
        case .unsupportedVersion: "no TLS version in common"
        case .nothingInCommon: "no cipher suite, group or signature algorithm in common"
        case .noCommonApplicationProtocol: "no application protocol in common"
        case .invalidHostname: "not a host name"
        case .certificateRejected(let code):
            unsafe "certificate rejected: \(String(cString: X509_verify_cert_error_string(Int(code))))"
        case .alert(let alert):
            unsafe "the peer sent alert \(alert) (\(String(cString: SSL_alert_desc_string_long(CInt(alert)))))"
        case .closedInHandshake: "connection closed during the handshake"
        case .transport(let errno): unsafe "socket error: \(String(cString: strerror(errno)))"
        case .protocolViolation(let reason):
            "TLS protocol violation: \(OpenSSLErrors.text(of: UInt(ERR_LIB_SSL) << 23 | UInt(reason)))"
        case .library(let code): "OpenSSL failed: \(OpenSSLErrors.text(of: code))"
        }
    }
}
