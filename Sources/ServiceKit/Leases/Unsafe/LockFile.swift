import Glibc
import SQLite

/// A file whose bytes are locked one by one. It stays empty: locks may lie behind its end.
///
/// The locks belong to an open file description (fcntl_locking(2)), not to the process: they are of use between two parts of
/// one process too, and none is lost because somebody closes another descriptor of the file.
struct LockFile: Sendable {
    // F_OFD_GETLK and F_OFD_SETLK of Linux, which Glibc shows only to _GNU_SOURCE.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private let path: String
    private let holder: Handle
    /// Asks about locks. A description never sees its own, so this is another one.
    private let observer: Handle

    init(path: String) throws(DatabaseError) {
        self.path = path
        holder = try Handle(path: path)
        observer = try Handle(path: path)
    }

    /// - Returns: false when somebody else has that byte.
    func lock(_ place: Int64) throws(DatabaseError) -> Bool {
        var lock = Self.byte(place, F_WRLCK)
        if unsafe fcntl(holder.descriptor, Self.setLock, &lock) == 0 { return true }
        guard errno == EAGAIN || errno == EACCES else { throw failure() }
        return false
    }

    func unlock(_ place: Int64) {
        var lock = Self.byte(place, F_UNLCK)
        _ = unsafe fcntl(holder.descriptor, Self.setLock, &lock)
    }

    func isLocked(_ place: Int64) throws(DatabaseError) -> Bool {
        var lock = Self.byte(place, F_WRLCK)
        guard unsafe fcntl(observer.descriptor, Self.getLock, &lock) == 0 else { throw failure() }
        return lock.l_type != Int16(F_UNLCK)
    }

    private func failure() -> DatabaseError { .cannotOpen(path: path, reason: Handle.text(of: errno)) }

    private static func byte(_ place: Int64, _ type: Int32) -> Glibc.flock {
        var lock = Glibc.flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = Int(place)
        lock.l_len = 1
        return lock
    }

    /// An open file description, and with its end the end of its locks.
    private final class Handle: Sendable {
        let descriptor: Int32

        init(path: String) throws(DatabaseError) {
            descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: Self.text(of: errno)) }
        }

        deinit { _ = close(descriptor) }

        static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
    }
}
