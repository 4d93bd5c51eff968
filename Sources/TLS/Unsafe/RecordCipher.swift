import Bytes
import COpenSSL

/// Protects the records of one direction of a TLS 1.3 connection
/// ([RFC 8446, section 5.2](https://www.rfc-editor.org/rfc/rfc8446#section-5.2)).
@safe
struct RecordCipher: ~Copyable {
    /// The header in front of a record, and all that is added to its contents.
    static let headerCount = 5
    static let overhead = headerCount + 1 + CipherSuite.tagCount

    /// How many records the current key has protected.
    private(set) var sequence: UInt64

    private let suite: CipherSuite
    private let isSealing: Bool
    private let context: OpaquePointer
    /// In the channel, which outlives this.
    private let secret: UnsafeMutablePointer<UInt8>
    private var vector = InlineArray<12, UInt8>(repeating: 0)

    /// - Parameter sequence: how many records were protected already.
    @unsafe
    static func make(
        _ suite: CipherSuite, secret: UnsafeMutablePointer<UInt8>, isSealing: Bool, sequence: UInt64
    ) -> RecordCipher? {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
        var cipher = unsafe RecordCipher(suite, context, secret: secret, isSealing: isSealing, sequence: sequence)
        guard unsafe EVP_CipherInit_ex(context, suite.cipher, nil, nil, nil, isSealing ? 1 : 0) == 1,
            cipher.deriveKey()
        else { return nil }
        return cipher
    }

    @unsafe
    private init(
        _ suite: CipherSuite, _ context: OpaquePointer, secret: UnsafeMutablePointer<UInt8>, isSealing: Bool,
        sequence: UInt64
    ) {
        self.suite = suite
        unsafe self.context = unsafe context
        unsafe self.secret = unsafe secret
        self.isSealing = isSealing
        self.sequence = sequence
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    /// Goes on to the next key ([RFC 8446, section 7.2](https://www.rfc-editor.org/rfc/rfc8446#section-7.2)).
    mutating func update() -> Bool {
        let next = unsafe UnsafeMutableBufferPointer(start: secret, count: suite.secretCount)
        guard unsafe suite.expand(secret, label: "traffic upd", into: next), deriveKey() else { return false }
        sequence = 0
        return true
    }

    private mutating func deriveKey() -> Bool {
        let (suite, secret, context) = unsafe (suite, secret, context)
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { memory in
            defer { unsafe OPENSSL_cleanse(memory.baseAddress, memory.count) }
            let key = unsafe UnsafeMutableBufferPointer(rebasing: memory[..<suite.keyCount])
            guard unsafe suite.expand(secret, label: "key", into: key),
                unsafe EVP_CipherInit_ex(context, nil, nil, key.baseAddress, nil, -1) == 1
            else { return false }
            let vector = unsafe UnsafeMutableBufferPointer(rebasing: memory[..<CipherSuite.vectorCount])
            guard unsafe suite.expand(secret, label: "iv", into: vector) else { return false }
            for index in self.vector.indices { unsafe self.vector[index] = vector[index] }
            return true
        }
    }

    /// The vector with the sequence number in its last bytes; one that is never used again with this key.
    private mutating func nextNonce() -> InlineArray<12, UInt8> {
        var nonce = vector
        for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * index)) }
        sequence += 1
        return nonce
    }

    /// Appends a record with `contents`, of at most 16 KiB, to `out`.
    mutating func seal(_ type: RecordType, _ contents: Span<UInt8>, to out: inout ByteBuffer) -> Bool {
        let nonce = nextNonce()
        let context = unsafe context
        let total = contents.count + Self.overhead
        return unsafe contents.withUnsafeBufferPointer { contents in
            unsafe nonce.span.withUnsafeBufferPointer { nonce in
                unsafe out.fill(atLeast: total) { memory in
                    let start = unsafe memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    let count = CInt(contents.count)
                    return unsafe tls_record_seal(
                        context, nonce.baseAddress, type.rawValue, contents.baseAddress, count, start) ? total : 0
                } == total
            }
        }
    }

    /// Appends the plaintext of `record`, all but its last byte, which it returns: the type, or padding. Nil when the
    /// record is forged.
    mutating func open(_ record: Span<UInt8>, to out: inout ByteBuffer) -> UInt8? {
        let nonce = nextNonce()
        let context = unsafe context
        let total = record.count - Self.headerCount - CipherSuite.tagCount
        var last: UInt8 = 0
        var isGenuine = false
        unsafe record.withUnsafeBufferPointer { record in
            unsafe nonce.span.withUnsafeBufferPointer { nonce in
                _ = unsafe out.fill(atLeast: max(1, total - 1)) { memory in
                    let start = unsafe memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    isGenuine = unsafe tls_record_open(
                        context, nonce.baseAddress, record.baseAddress, CInt(total), start, &last)
                    return isGenuine ? total - 1 : 0
                }
            }
        }
        return isGenuine ? last : nil
    }
}
