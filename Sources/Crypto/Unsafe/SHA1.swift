import COpenSSL

/// SHA-1 (RFC 3174), which protects nothing any more: for protocols that use it as a checksum, as the handshake of
/// WebSocket does (RFC 6455, section 4.2.2). Signatures and MACs take ``HashAlgorithm``, which does not have it.
public enum SHA1 {
    /// The digest of `message`, 20 bytes.
    public static func digest(_ message: Span<UInt8>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 20) { output, written in
            var length: UInt32 = 0
            let done = unsafe message.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, EVP_sha1(), nil)
            }
            precondition(done == 1, "the hash function failed")
            written = Int(length)
        }
    }
}
