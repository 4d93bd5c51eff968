import Glibc

/// The file of a database and its folder, before SQLite sees them: its own message for every trouble here is "unable
/// to open database file".
enum DatabaseFile {
    /// Makes the file when it is missing, readable by its owner only (SQLite gives the journal files the same mode), and
    /// its folder when only that last one is missing.
    static func prepare(_ path: String) throws(DatabaseError) {
        try prepareFolder(of: path)
        // O_EXCL: a file that exists must not be opened and closed here, which would drop this process's locks on it.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            _ = close(descriptor)
        } else if errno != EEXIST {
            throw .cannotOpen(path: path, reason: text(of: errno))
        } else if unsafe access(path, R_OK | W_OK) != 0 {
            throw .cannotOpen(path: path, reason: text(of: errno))
        }
    }

    /// Makes the folder of a file when only that last one is missing, and sees that it can be used.
    static func prepareFolder(of path: String) throws(DatabaseError) {
        let folder = parent(of: path)
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw .cannotOpen(path: path, reason: "the folder \(folder) cannot be made: \(text(of: errno))")
        }
        // SQLite writes journals beside the file, so the folder must be writable even when the file is.
        guard unsafe access(folder, W_OK | X_OK) == 0 else {
            throw .cannotOpen(path: path, reason: "the folder \(folder) is not writable: \(text(of: errno))")
        }
    }

    /// Whether there is such a file.
    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// - Throws: when there is no such file: SQLite's message would not say so.
    static func requireExistence(_ path: String) throws(DatabaseError) {
        guard exists(path) else { throw .cannotOpen(path: path, reason: text(of: ENOENT)) }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// Removes what SQLite keeps beside a database.
    static func removeJournals(of path: String) {
        for suffix in ["-wal", "-shm", "-journal"] { remove(path + suffix) }
    }

    /// Gives a file its name, for good: what is in it and the name are on the disk afterwards.
    static func rename(_ old: String, to new: String) throws(DatabaseError) {
        try synchronize(old)
        guard unsafe Glibc.rename(old, new) == 0 else { throw .cannotOpen(path: new, reason: text(of: errno)) }
        try synchronize(parent(of: new))
    }

    private static func synchronize(_ path: String) throws(DatabaseError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { _ = close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw .cannotOpen(path: path, reason: text(of: errno))
        }
    }

    /// Lets other connections proceed before a retry.
    static func pause() {
        _ = usleep(5000)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What an error number means.
    static func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
