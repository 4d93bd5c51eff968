import Glibc

/// The file of a database and its folder, before SQLite sees them: its own message for every trouble here is "unable
/// to open database file".
enum DatabaseFile {
    /// Makes the file when it is missing, readable by its owner only (SQLite gives the journal files the same mode), and
    /// its folder when only that last one is missing.
    static func prepare(_ path: String) throws(DatabaseError) {
        let folder = parent(of: path)
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw .cannotOpen(path: path, reason: "the folder \(folder) cannot be made: \(text(of: errno))")
        }
        // SQLite writes journals beside the file, so the folder must be writable even when the file is.
        guard unsafe access(folder, W_OK | X_OK) == 0 else {
            throw .cannotOpen(path: path, reason: "the folder \(folder) is not writable: \(text(of: errno))")
        }
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

    /// Lets other connections proceed before a retry.
    static func pause() {
        _ = usleep(5000)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
