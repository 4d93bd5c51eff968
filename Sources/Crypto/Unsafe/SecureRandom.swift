import COpenSSL

/// Random bytes that nobody can predict.
public enum SecureRandom {
    /// `count` random bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            guard let size = Int32(exactly: count), unsafe RAND_bytes(buffer.baseAddress, size) == 1 else {
                // To go on without randomness would be worse than to stop.
                preconditionFailure("the system gives no randomness")
            }
            written = count
        }
    }
}
