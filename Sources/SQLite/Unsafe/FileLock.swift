import Glibc

/// That a database is in use: a lock on `PATH.lock`, which goes with the process, however that ends.
///
/// Whoever works with a database shares it with others; whoever replaces the file needs it alone. SQLite's own locks do
/// not serve: they belong to a file that may be damaged, and they are dropped between transactions.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Who may hold it beside this one.
    enum Mode { case shared, alone }

    /// - Parameters:
    ///   - path: the database.
    ///   - mode: whether others may hold it too.
    /// - Throws: when it cannot be had at once.
    init(of path: String, _ mode: Mode) throws(DatabaseError) {
        let descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, reason: "\(path).lock: " + DatabaseFile.text(of: errno))
        }
        while flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            _ = close(descriptor)
            guard code == EWOULDBLOCK else { throw .cannotOpen(path: path, reason: DatabaseFile.text(of: code)) }
            throw .inUse(path: path)
        }
        self.descriptor = descriptor
    }

    deinit {
        _ = close(descriptor)
    }
}
