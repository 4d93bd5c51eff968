import COpenSSL

/// A lock for state that handshakes read, and that changes rarely. OpenSSL's, over pthread: the thread sanitizer
/// understands it.
@safe
final class ReadWriteLock: @unchecked Sendable {
    private let lock: UnsafeMutableRawPointer

    init() {
        unsafe lock = CRYPTO_THREAD_lock_new()!
    }

    deinit {
        unsafe CRYPTO_THREAD_lock_free(lock)
    }

    /// Runs `body` while nobody writes.
    func reading<Result: ~Copyable>(_ body: () -> Result) -> Result {
        _ = unsafe CRYPTO_THREAD_read_lock(lock)
        defer { _ = unsafe CRYPTO_THREAD_unlock(lock) }
        return body()
    }

    /// Runs `body` while nobody else reads or writes.
    func writing<Result: ~Copyable>(_ body: () -> Result) -> Result {
        _ = unsafe CRYPTO_THREAD_write_lock(lock)
        defer { _ = unsafe CRYPTO_THREAD_unlock(lock) }
        return body()
    }
}
