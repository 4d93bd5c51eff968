import Bytes

/// What a record carries ([RFC 8446, section 5.1](https://www.rfc-editor.org/rfc/rfc8446#section-5.1)).
enum RecordType: UInt8 {
    case alert = 21
    case handshake = 22
    case applicationData = 23
}

/// What we say when a peer breaks the protocol ([RFC 8446, section 6](https://www.rfc-editor.org/rfc/rfc8446#section-6)).
enum Alert: UInt8 {
    case closeNotify = 0
    case unexpectedMessage = 10
    case badRecordMAC = 20
    case recordOverflow = 22
    case decodeError = 50
    case userCanceled = 90
    case internalError = 80
}

/// Sizes of records.
enum RecordLimits {
    /// Contents of a record.
    static let contents = 16_384
    /// What follows the header of a protected record: its contents, and 256 bytes more.
    static let protected = contents + 256
    /// Records in a row that carry nothing, before the peer is held to be an attacker.
    static let idleRecords = 32
    /// Records under one key: AES-GCM wears out after 2^24.5 full ones
    /// ([RFC 8446, section 5.5](https://www.rfc-editor.org/rfc/rfc8446#section-5.5)).
    static let perKey: UInt64 = 1 << 23
    /// Records that are sealed before they are sent with one call.
    static let batch = 4
}

extension ByteBuffer {
    /// How many whole records there are.
    func countRecords() -> UInt64 {
        var records: UInt64 = 0
        var rest = readable
        while rest.count >= RecordCipher.headerCount {
            let length = RecordCipher.headerCount + (Int(rest[3]) << 8 | Int(rest[4]))
            guard length <= rest.count else { break }
            rest = rest.extracting(length...)
            records += 1
        }
        return records
    }

    /// The length of the record at the start, header included, once the header is there.
    var recordCount: Int? {
        guard count >= RecordCipher.headerCount else { return nil }
        let bytes = readable
        return RecordCipher.headerCount + (Int(bytes[3]) << 8 | Int(bytes[4]))
    }
}

/// The message that changes a key ([RFC 8446, section 4.6.3](https://www.rfc-editor.org/rfc/rfc8446#section-4.6.3)).
enum KeyUpdate {
    static let type: UInt8 = 24
    /// Header and body.
    static let count = 5
    static let notRequested: UInt8 = 0
    static let requested: UInt8 = 1
}
