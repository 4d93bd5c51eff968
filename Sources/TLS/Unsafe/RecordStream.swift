import Bytes
import COpenSSL

/// The established half of a TLS 1.3 server connection: it protects records with the keys that OpenSSL negotiated, and
/// takes the place of the `SSL` object, which is freed after the handshake.
///
/// An `SSL` holds 14 KiB as long as it lives, and passes each record through several buffers. What is left of the
/// protocol at this point is small: application data, alerts, key updates
/// ([RFC 8446, sections 4.6.3, 5 and 6](https://www.rfc-editor.org/rfc/rfc8446#section-5)).
@safe
struct RecordStream: ~Copyable {
    let channel: UnsafeMutablePointer<tls_channel>
    var reader: RecordCipher
    var writer: RecordCipher

    /// Ciphertext that was received and not opened yet.
    var inbound = ByteBuffer()
    /// Plaintext of a record that is larger than what the caller wanted.
    var surplus = ByteBuffer()
    /// Records in a row without application data.
    var idleRecords = 0

    /// Records that were not sent yet.
    var outbound = ByteBuffer()
    /// How many of the caller's bytes are in `outbound`, and how many of them in its last record. They count as taken
    /// when their record is sent.
    var sealedCount = 0
    var lastSealedCount = 0
    /// How many records a key of ours protects.
    var recordsPerKey = RecordLimits.perKey
    /// The peer asked for a key update of ours, which is due before the next application data.
    var owesKeyUpdate = false

    /// Takes over from `session`, whose handshake is done; nil if memory is short or the suite is none of TLS 1.3.
    @unsafe
    init?(_ session: OpaquePointer, _ channel: UnsafeMutablePointer<tls_channel>) {
        let number = unsafe SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(session))
        let held = unsafe Self.bytes(channel.pointee.held, 0, channel.pointee.held_count)
        let ahead = unsafe Self.bytes(
            channel.pointee.ahead, channel.pointee.ahead_start, channel.pointee.ahead_end)
        // The ticket, if there is one, was sealed with the new key.
        guard let suite = CipherSuite(rawValue: number),
            let reader = unsafe RecordCipher.make(
                suite, secret: tls_channel_secret(channel, TrafficSecrets.Side.client.rawValue), isSealing: false,
                sequence: 0),
            let writer = unsafe RecordCipher.make(
                suite, secret: tls_channel_secret(channel, TrafficSecrets.Side.server.rawValue), isSealing: true,
                sequence: held.countRecords())
        else { return nil }
        unsafe self.channel = unsafe channel
        self.reader = reader
        self.writer = writer
        outbound = held
        inbound = ahead
        unsafe tls_channel_release(channel)
    }

    @unsafe
    private static func bytes(_ start: UnsafeMutablePointer<UInt8>?, _ from: UInt32, _ to: UInt32) -> ByteBuffer {
        var bytes = ByteBuffer()
        if let start = unsafe start, to > from {
            unsafe bytes.append(Span(_unsafeStart: start + Int(from), count: Int(to - from)))
        }
        return bytes
    }
}
