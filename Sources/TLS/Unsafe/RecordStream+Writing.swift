import Bytes
import COpenSSL

extension RecordStream {
    /// Sends `bytes`: how many the descriptor took.
    ///
    /// Those that were sealed but not sent count as not taken: they are the first ones of the next write.
    mutating func write(_ bytes: Span<UInt8>) -> Result<Int, TLSError> {
        defer { if outbound.isEmpty { outbound.releaseStorage() } }
        var total = 0
        repeat {
            if sealedCount == 0 {
                let batch = min(bytes.count - total, RecordLimits.contents * RecordLimits.batch)
                guard batch == 0 || seal(bytes.extracting(total..<total + batch)) else {
                    return .failure(.library(code: OpenSSLErrors.take()))
                }
            }
            unsafe channel.pointee.more = total + sealedCount < bytes.count
            defer { unsafe channel.pointee.more = false }
            if let error = flush() { return .failure(error) }
            let taken = min(sealedCount - unsentCount, bytes.count - total)
            total += taken
            sealedCount -= taken
        } while total < bytes.count && outbound.isEmpty
        return .success(total)
    }

    /// How many sealed bytes are in records that were not sent whole. All records but the last one are full.
    private var unsentCount: Int {
        guard !outbound.isEmpty else { return 0 }
        let full = RecordLimits.contents + RecordCipher.overhead
        let before = max(0, outbound.count - lastSealedCount - RecordCipher.overhead)
        return min(sealedCount, lastSealedCount + (before + full - 1) / full * RecordLimits.contents)
    }

    /// Sends an alert behind everything else, if the descriptor takes it now.
    mutating func send(_ alert: Alert, isFatal: Bool) {
        let contents: InlineArray<2, UInt8> = [isFatal ? 2 : 1, alert.rawValue]
        if writer.seal(.alert, contents.span, to: &outbound) { _ = flush() }
        outbound.releaseStorage()
    }

    /// Seals application data in records of full size.
    private mutating func seal(_ bytes: Span<UInt8>) -> Bool {
        if owesKeyUpdate || writer.sequence >= recordsPerKey {
            let message: InlineArray<5, UInt8> = [KeyUpdate.type, 0, 0, 1, KeyUpdate.notRequested]
            guard writer.seal(.handshake, message.span, to: &outbound), writer.update() else { return false }
            owesKeyUpdate = false
        }
        let records = (bytes.count + RecordLimits.contents - 1) / RecordLimits.contents
        outbound.reserve(bytes.count + records * RecordCipher.overhead)
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, RecordLimits.contents)
            guard writer.seal(.applicationData, rest.extracting(first: count), to: &outbound) else { return false }
            rest = rest.extracting(count...)
            lastSealedCount = count
        }
        sealedCount = bytes.count
        return true
    }

    /// Sends what is sealed, as far as the descriptor takes it.
    private mutating func flush() -> TLSError? {
        guard !outbound.isEmpty else { return nil }
        let channel = unsafe channel
        let sent = unsafe outbound.readable.withUnsafeBytes { bytes in
            unsafe tls_channel_send(channel, bytes.baseAddress, bytes.count)
        }
        if sent > 0 { outbound.consume(sent) }
        let failure = unsafe channel.pointee.failure
        return failure == 0 ? nil : .transport(errno: failure)
    }
}
