import Bytes
import COpenSSL

extension RecordStream {
    /// Why reading stopped.
    enum ReadEnd {
        /// The caller got what it wanted.
        case satisfied
        /// Nothing until the descriptor became readable.
        case blocked
        /// The peer said goodbye.
        case closed
        /// The connection ended without goodbye.
        case truncated
        case failed(TLSError)
    }

    /// What became of the next record.
    private enum Opened {
        case data(Int)
        /// It carried something else.
        case control
        /// It has not arrived whole.
        case incomplete
        /// It carries more than there is room for.
        case tooLarge
        case end(ReadEnd)
    }

    /// Whether something was received that can be opened now.
    var isPending: Bool {
        guard surplus.isEmpty else { return true }
        guard let length = inbound.recordCount else { return false }
        return length <= inbound.count
    }

    /// Appends up to `limit` bytes to `buffer`.
    ///
    /// - Returns: how many, and why they are not more.
    mutating func read(into buffer: inout ByteBuffer, upTo limit: Int) -> (count: Int, end: ReadEnd) {
        var total = takeSurplus(into: &buffer, upTo: limit)
        defer { if inbound.isEmpty { inbound.releaseStorage() } }
        while total < limit {
            switch openRecord(into: &buffer, room: limit - total) {
            case .data(let count): total += count
            case .control: continue
            case .end(let end): return (total, end)
            case .incomplete:
                if let end = receive(atMost: limit - total) { return (total, end) }
            case .tooLarge:
                if total > 0 { return (total, .satisfied) }
                var record = ByteBuffer()
                switch openRecord(into: &record, room: RecordLimits.contents) {
                case .end(let end): return (total, end)
                default: surplus = record
                }
                total = takeSurplus(into: &buffer, upTo: limit)
            }
        }
        return (total, .satisfied)
    }

    private mutating func takeSurplus(into buffer: inout ByteBuffer, upTo limit: Int) -> Int {
        let count = min(surplus.count, limit)
        guard count > 0 else { return 0 }
        buffer.append(surplus.readable.extracting(first: count))
        surplus.consume(count)
        if surplus.isEmpty { surplus.releaseStorage() }
        return count
    }

    /// Receives what is there, for `limit` bytes of plaintext. Answers nil when bytes arrived.
    private mutating func receive(atMost limit: Int) -> ReadEnd? {
        guard unsafe channel.pointee.readable else { return .blocked }
        let missing = (inbound.recordCount ?? 0) - inbound.count
        let wanted = min(limit, RecordLimits.contents * RecordLimits.batch) + RecordCipher.overhead
        let channel = unsafe channel
        var received = -1
        _ = unsafe inbound.fill(atLeast: max(missing, wanted)) { memory in
            received = unsafe tls_channel_receive(channel, memory.baseAddress, memory.count)
            return max(received, 0)
        }
        if received > 0 { return nil }
        if received == 0 { return .truncated }
        let failure = unsafe channel.pointee.failure
        return failure == 0 ? .blocked : .failed(.transport(errno: failure))
    }

    /// Opens the next record, and appends its application data to `buffer`.
    private mutating func openRecord(into buffer: inout ByteBuffer, room: Int) -> Opened {
        guard let length = inbound.recordCount else { return .incomplete }
        let body = length - RecordCipher.headerCount
        // Nothing is sent in the clear anymore, not even alerts.
        guard inbound.readable[0] == RecordType.applicationData.rawValue else {
            return .end(refuse(.unexpectedMessage, SSL_R_UNEXPECTED_RECORD))
        }
        guard body <= RecordLimits.protected else {
            return .end(refuse(.recordOverflow, SSL_R_ENCRYPTED_LENGTH_TOO_LONG))
        }
        guard body > CipherSuite.tagCount else { return .end(refuse(.badRecordMAC, SSL_R_LENGTH_TOO_SHORT)) }
        guard length <= inbound.count else { return .incomplete }
        guard room >= min(body - CipherSuite.tagCount - 1, RecordLimits.contents) else { return .tooLarge }

        let before = buffer.count
        let last = Self.open(first: length, of: inbound, with: &reader, to: &buffer)
        inbound.consume(length)
        guard let last else {
            return .end(refuse(.badRecordMAC, SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC))
        }
        let step = interpret(buffer.readable.extracting(before...), last)
        if case .data(let count) = step {
            buffer.truncate(to: before + count)
        } else {
            buffer.truncate(to: before)
        }
        return step
    }

    private static func open(
        first length: Int, of inbound: borrowing ByteBuffer, with reader: inout RecordCipher,
        to buffer: inout ByteBuffer
    ) -> UInt8? {
        reader.open(inbound.readable.extracting(first: length), to: &buffer)
    }

    /// Tells what a record carries: its type is the last byte that is not padding.
    private mutating func interpret(_ plaintext: Span<UInt8>, _ last: UInt8) -> Opened {
        var code = last
        var end = plaintext.count
        while code == 0, end > 0 {
            end -= 1
            code = plaintext[end]
        }
        guard let type = RecordType(rawValue: code) else {
            return .end(refuse(.unexpectedMessage, SSL_R_BAD_RECORD_TYPE))
        }
        let contents = plaintext.extracting(first: end)
        guard contents.count <= RecordLimits.contents else {
            return .end(refuse(.recordOverflow, SSL_R_DATA_LENGTH_TOO_LONG))
        }
        if type == .applicationData, !contents.isEmpty {
            idleRecords = 0
            return .data(contents.count)
        }
        idleRecords += 1
        guard idleRecords <= RecordLimits.idleRecords else {
            return .end(refuse(.unexpectedMessage, SSL_R_TOO_MANY_WARN_ALERTS))
        }
        switch type {
        case .applicationData: return .control
        case .alert: return receive(alert: contents)
        case .handshake: return receive(handshake: contents)
        }
    }

    private mutating func receive(alert: Span<UInt8>) -> Opened {
        guard alert.count == 2 else { return .end(refuse(.decodeError, SSL_R_INVALID_ALERT)) }
        switch Alert(rawValue: alert[1]) {
        case .closeNotify: return .end(.closed)
        case .userCanceled: return .control
        default: return .end(.failed(.alert(alert[1])))
        }
    }

    /// The only message that a client may send is KeyUpdate, alone in its record: the key changes behind it.
    private mutating func receive(handshake message: Span<UInt8>) -> Opened {
        guard message.count == KeyUpdate.count, message[0] == KeyUpdate.type, message[4] <= 1,
            message[1] == 0, message[2] == 0, message[3] == 1
        else { return .end(refuse(.unexpectedMessage, SSL_R_UNEXPECTED_MESSAGE)) }
        guard reader.update() else { return .end(refuse(.internalError, SSL_R_BAD_KEY_UPDATE)) }
        if message[4] == KeyUpdate.requested { owesKeyUpdate = true }
        return .control
    }

    /// Tells the peer what it did wrong, and ends the session.
    private mutating func refuse(_ alert: Alert, _ reason: CInt) -> ReadEnd {
        send(alert, isFatal: true)
        return .failed(.protocolViolation(reason: reason))
    }
}
