import COpenSSL

extension ScryptParameters {
    /// Derives `byteCount` bytes from a password (RFC 7914).
    func derive(password: Span<UInt8>, salt: Span<UInt8>, byteCount: Int) throws(CryptoError) -> [UInt8] {
        defer { ERR_clear_error() }
        // OpenSSL counts its own small change on top of the memory of the algorithm.
        let limit = UInt64(memory) * 2
        let key = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { key, written in
            let done = unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBufferPointer { salt in
                    unsafe EVP_PBE_scrypt(
                        password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count,
                        salt.baseAddress, salt.count, UInt64(1) << UInt64(costExponent),
                        UInt64(blockSize), UInt64(parallelism), limit, key.baseAddress, key.count)
                }
            }
            written = done == 1 ? byteCount : 0
        }
        guard key.count == byteCount else { throw .libraryFailure }
        return key
    }
}
