import COpenSSL

/// The cipher suites of TLS 1.3 that we accept ([RFC 8446, appendix B.4](https://www.rfc-editor.org/rfc/rfc8446#appendix-B.4)).
enum CipherSuite: UInt16 {
    case aes128GCM = 0x1301
    case aes256GCM = 0x1302
    case chaCha20Poly1305 = 0x1303

    static let tagCount = 16
    static let vectorCount = 12

    /// Fetched once: a fetch searches all providers under a lock.
    private nonisolated(unsafe) static let ciphers = unsafe (
        aes128: EVP_CIPHER_fetch(nil, "AES-128-GCM", nil), aes256: EVP_CIPHER_fetch(nil, "AES-256-GCM", nil),
        chaCha: EVP_CIPHER_fetch(nil, "ChaCha20-Poly1305", nil)
    )
    private nonisolated(unsafe) static let digests = unsafe (
        sha256: EVP_MD_fetch(nil, "SHA256", nil), sha384: EVP_MD_fetch(nil, "SHA384", nil)
    )

    var cipher: OpaquePointer? {
        switch self {
        case .aes128GCM: unsafe Self.ciphers.aes128
        case .aes256GCM: unsafe Self.ciphers.aes256
        case .chaCha20Poly1305: unsafe Self.ciphers.chaCha
        }
    }

    var keyCount: Int { self == .aes128GCM ? 16 : 32 }

    private var digest: OpaquePointer? {
        unsafe self == .aes256GCM ? Self.digests.sha384 : Self.digests.sha256
    }

    /// Bytes in a secret, and in a digest.
    var secretCount: Int { self == .aes256GCM ? 48 : 32 }

    /// Bytes that the digest takes in at once.
    private var blockCount: Int { self == .aes256GCM ? 128 : 64 }

    /// HKDF-Expand-Label with an empty context
    /// ([RFC 8446, section 7.1](https://www.rfc-editor.org/rfc/rfc8446#section-7.1)), for results of at most one digest.
    ///
    /// - Returns: whether `result` was filled.
    @unsafe
    func expand(_ secret: UnsafePointer<UInt8>, label: StaticString, into result: UnsafeMutableBufferPointer<UInt8>)
        -> Bool
    {
        precondition(result.count <= secretCount && label.utf8CodeUnitCount <= 32)
        // HMAC (RFC 2104) over the one block of HKDF-Expand (RFC 5869): length, label, empty context, counter.
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 384) { memory in
            let memory = memory.baseAddress!
            defer { unsafe OPENSSL_cleanse(memory, 384) }
            let (message, digested) = unsafe (memory + blockCount, memory + 256)
            for index in 0..<blockCount { unsafe memory[index] = (index < secretCount ? secret[index] : 0) ^ 0x36 }
            unsafe message[0] = 0
            unsafe message[1] = UInt8(result.count)
            unsafe message[2] = UInt8(6 + label.utf8CodeUnitCount)
            var count = 3
            let prefix: StaticString = "tls13 "
            for part in [prefix, label] {
                unsafe (message + count).update(from: part.utf8Start, count: part.utf8CodeUnitCount)
                count += part.utf8CodeUnitCount
            }
            unsafe message[count] = 0
            unsafe message[count + 1] = 1
            guard unsafe EVP_Digest(memory, blockCount + count + 2, digested, nil, digest, nil) == 1 else {
                return false
            }
            for index in 0..<blockCount { unsafe memory[index] ^= 0x36 ^ 0x5C }
            unsafe message.update(from: digested, count: secretCount)
            guard unsafe EVP_Digest(memory, blockCount + secretCount, digested, nil, digest, nil) == 1 else {
                return false
            }
            unsafe result.baseAddress!.update(from: digested, count: result.count)
            return true
        }
    }
}
