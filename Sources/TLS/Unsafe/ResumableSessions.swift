import COpenSSL

/// The latest session with each server, to resume with the next connection.
@safe
final class ResumableSessions: @unchecked Sendable {
    /// How many servers are remembered.
    private static let limit = 64

    private let lock = ReadWriteLock()
    private var sessions: [String: OpaquePointer] = unsafe [:]

    deinit {
        unsafe sessions.values.forEach { unsafe SSL_SESSION_free($0) }
    }

    /// Takes over `resumable` for the server that `session` is with. Answers whether it did.
    func keep(_ resumable: OpaquePointer, of session: OpaquePointer) -> Bool {
        guard let name = unsafe Self.serverName(of: session) else { return false }
        return lock.writing {
            if let old = unsafe sessions[name] {
                unsafe SSL_SESSION_free(old)
            } else if unsafe sessions.count >= Self.limit {
                return false
            }
            unsafe sessions[name] = unsafe resumable
            return true
        }
    }

    /// Lets `session` resume the latest session with the server, if there is one.
    func resume(_ session: OpaquePointer, serverNamed name: String) {
        lock.reading {
            if let resumable = unsafe sessions[name] { _ = unsafe SSL_set_session(session, resumable) }
        }
    }

    private static func serverName(of session: OpaquePointer) -> String? {
        if let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) {
            return unsafe String(cString: name)
        }
        guard let address = unsafe X509_VERIFY_PARAM_get1_ip_asc(SSL_get0_param(session)) else { return nil }
        defer { unsafe CRYPTO_free(address, nil, 0) }
        return unsafe String(cString: address)
    }
}
