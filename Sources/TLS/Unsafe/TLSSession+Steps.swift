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
            if let error = establish() { return .failed(fail(error)) }
            return .done
        }
        switch outcome(of: result) {
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        case .closed: return .failed(fail(.closedInHandshake))
        case .failed(let error): return .failed(fail(error))
        }
    }

    /// Notes what the handshake settled, and takes the records over from OpenSSL if their secrets are ours.
    private mutating func establish() -> TLSError? {
        guard let session = unsafe session else { return nil }
        phase = .open
        unsafe facts = SessionFacts(session)
        guard unsafe channel.pointee.reads_ahead else { return nil }
        guard facts.version == .v1_3 else {
            unsafe channel.pointee.reads_ahead = false
            unsafe SSL_set_read_ahead(session, 1)
            return nil
        }
        records = unsafe RecordStream(session, channel)
        guard records != nil else { return .library(code: OpenSSLErrors.take()) }
        unsafe channel.pointee.session = nil
        unsafe Self.free(session, isFailed: false)
        unsafe self.session = nil
        context = nil
        return nil
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
        OpenSSLErrors.clear()
        return unsafe session == nil
            ? readRecords(into: &buffer, upTo: limit) : readSession(into: &buffer, upTo: limit)
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
        return unsafe session == nil ? writeRecords(bytes) : writeSession(bytes)
    }

    /// Whether a read has an answer now: bytes, from the descriptor or received before, or the end.
    public var mayHoldMore: Bool {
        if unsafe channel.pointee.readable { return true }
        switch phase {
        case .handshake: return false
        case .open: return unsafe session == nil ? hasPendingRecord : isPending
        case .readClosed, .closed, .failed: return true
        }
    }

    /// Tells the peer that no more comes. Once, and only if the descriptor takes it now.
    public mutating func shutdown() {
        guard phase == .open || phase == .readClosed else { return }
        phase = .closed
        guard unsafe channel.pointee.writable else { return }
        OpenSSLErrors.clear()
        if let session = unsafe session {
            _ = unsafe SSL_shutdown(session)
            OpenSSLErrors.clear()
        } else {
            records?.send(.closeNotify, isFatal: false)
        }
    }

    mutating func fail(_ error: TLSError) -> TLSError {
        phase = .failed(error)
        return error
    }
}

// MARK: - By ourselves

extension TLSSession {
    private mutating func readRecords(into buffer: inout ByteBuffer, upTo limit: Int) -> ReadStep {
        guard let (count, end) = records?.read(into: &buffer, upTo: limit) else { return .closed }
        var step = ReadStep.wantsRead
        switch end {
        case .satisfied, .blocked: break
        case .closed:
            phase = .readClosed
            step = .closed
        case .truncated:
            phase = .readClosed
            isTruncated = true
            step = .closed
        case .failed(let error): step = .failed(fail(error))
        }
        return count > 0 ? .bytes(count) : step
    }

    private var hasPendingRecord: Bool {
        switch records {
        case .some(let records): records.isPending
        case nil: false
        }
    }

    private mutating func writeRecords(_ bytes: Span<UInt8>) -> WriteStep {
        switch records?.write(bytes) {
        case .success(let count): count > 0 || bytes.isEmpty ? .bytes(count) : .wantsWrite
        case .failure(let error): .failed(fail(error))
        case nil: .failed(.transport(errno: EPIPE))
        }
    }
}

// MARK: - By OpenSSL

extension TLSSession {
    private mutating func readSession(into buffer: inout ByteBuffer, upTo limit: Int) -> ReadStep {
        guard isPending else { return .wantsRead }
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
        } while total < limit && isPending
        return .bytes(total)
    }

    private mutating func writeSession(_ bytes: Span<UInt8>) -> WriteStep {
        defer { unsafe channel.pointee.more = false }
        var total = 0
        while total < bytes.count {
            unsafe channel.pointee.more = bytes.count - total > RecordLimits.contents
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

    /// Whether SSL_read could bring something: from the descriptor, or from what was received before.
    private var isPending: Bool {
        unsafe channel.pointee.readable || channel.pointee.ahead_start < channel.pointee.ahead_end
            || SSL_has_pending(session) == 1
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
}
