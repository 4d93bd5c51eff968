public import Bytes
import COpenSSL

extension TLSSession {
    /// Takes the handshake as far as the peer's bytes allow.
    public mutating func handshake() -> HandshakeStep {
        switch phase {
        case .handshake: break
        case .failed(let error): return .failed(error)
        case .open, .readClosed, .closed: return .done
        }
        OpenSSLErrors.clear()
        let result = unsafe SSL_do_handshake(session)
        if result == 1 {
            phase = .open
            return .done
        }
        switch outcome(of: result) {
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        case .closed: return .failed(fail(.closedInHandshake))
        case .failed(let error): return .failed(fail(error))
        }
    }

    /// Appends what is there, up to `limit` bytes, for which `buffer` makes room.
    public mutating func read(into buffer: inout ByteBuffer, upTo limit: Int) -> ReadStep {
        switch phase {
        case .open: break
        case .readClosed, .closed: return .closed
        case .failed(let error): return .failed(error)
        case .handshake: preconditionFailure("read before the handshake was done")
        }
        precondition(limit > 0, "nothing to read")
        guard mayHoldMore else { return .wantsRead }
        OpenSSLErrors.clear()
        buffer.reserve(limit)
        var total = 0
        repeat {
            var result: CInt = 0
            let session = unsafe session
            let room = limit - total
            total += unsafe buffer.fill(atLeast: room) { memory in
                var count = 0
                result = unsafe SSL_read_ex(session, memory.baseAddress, min(room, memory.count), &count)
                return count
            }
            guard result == 1 else {
                let step = endRead(outcome(of: result))
                return total > 0 ? .bytes(total) : step
            }
        } while total < limit && mayHoldMore
        return .bytes(total)
    }

    /// Sends `bytes`, as many as the descriptor takes. Those that were not taken must be the first ones of the next
    /// write, at whatever address: they may be encrypted already.
    public mutating func write(_ bytes: Span<UInt8>) -> WriteStep {
        switch phase {
        case .open, .readClosed: break
        case .closed: return .failed(.transport(errno: EPIPE))
        case .failed(let error): return .failed(error)
        case .handshake: preconditionFailure("written before the handshake was done")
        }
        guard unsafe channel.pointee.writable else { return .wantsWrite }
        OpenSSLErrors.clear()
        defer { unsafe channel.pointee.more = false }
        var total = 0
        while total < bytes.count {
            unsafe channel.pointee.more = bytes.count - total > Int(SSL3_RT_MAX_PLAIN_LENGTH)
            var count = 0
            let session = unsafe session
            let result = unsafe bytes.withUnsafeBytes { source in
                unsafe SSL_write_ex(session, source.baseAddress! + total, source.count - total, &count)
            }
            guard result == 1 else {
                let step = endWrite(outcome(of: result))
                return total > 0 ? .bytes(total) : step
            }
            total += count
        }
        return .bytes(total)
    }

    /// Tells the peer that no more comes. Once, and only if the descriptor takes it now.
    public mutating func shutdown() {
        guard phase == .open || phase == .readClosed else { return }
        phase = .closed
        guard unsafe channel.pointee.writable else { return }
        OpenSSLErrors.clear()
        _ = unsafe SSL_shutdown(session)
        OpenSSLErrors.clear()
    }

    /// Whether SSL_read could bring something: from the descriptor, or from what was read ahead.
    public var mayHoldMore: Bool {
        unsafe channel.pointee.readable || SSL_has_pending(session) == 1
    }

    private enum Outcome {
        case wantsRead
        case wantsWrite
        case closed
        case failed(TLSError)
    }

    /// Why a call did not succeed.
    private mutating func outcome(of result: CInt) -> Outcome {
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            let failure = unsafe channel.pointee.failure
            if failure == 0, unsafe channel.pointee.ended {
                isTruncated = true
                return .closed
            }
            return .failed(failure == 0 ? .library(code: OpenSSLErrors.take()) : .transport(errno: failure))
        default:
            return .failed(TLSError(code: OpenSSLErrors.take(), verification: unsafe SSL_get_verify_result(session)))
        }
    }

    private mutating func endRead(_ outcome: Outcome) -> ReadStep {
        switch outcome {
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        case .closed:
            phase = .readClosed
            return .closed
        case .failed(let error): return .failed(fail(error))
        }
    }

    private mutating func endWrite(_ outcome: Outcome) -> WriteStep {
        switch outcome {
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        case .closed: return .failed(fail(.transport(errno: EPIPE)))
        case .failed(let error): return .failed(fail(error))
        }
    }

    private mutating func fail(_ error: TLSError) -> TLSError {
        phase = .failed(error)
        return error
    }
}
