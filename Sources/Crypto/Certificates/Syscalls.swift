import Glibc

/// The few file operations that making certificates takes.
enum FileSystem {
    /// Whether something is at `path`, also a link that leads nowhere.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// The content of a file of at most one megabyte.
    static func read(_ path: String) throws(CryptoError) -> [UInt8] {
        let descriptor = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while contents.count < 1 << 20 {
            let count = retrying { unsafe Glibc.read(descriptor, &chunk, chunk.count) }
            guard count >= 0 else { throw .file(path: path, errno: errno) }
            if count == 0 { return contents }
            contents += chunk[..<count]
        }
        throw .file(path: path, errno: EFBIG)
    }

    /// Makes a file that was not there, and its folder if that is missing; a file that could not be written whole is
    /// removed again.
    static func create(_ path: String, contents: String, mode: mode_t) throws(CryptoError) {
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            let folder = String(path[..<slash])
            guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw .file(path: folder, errno: errno) }
        }
        let descriptor = retrying { unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        // The mode that was asked for, whatever the process's mask takes away.
        var failure = fchmod(descriptor, mode) == 0 ? 0 : errno
        let bytes = Array(contents.utf8)
        var offset = 0
        while failure == 0, offset < bytes.count {
            let count = retrying {
                unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
            }
            if count < 0 { failure = errno } else { offset += count }
        }
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        close(descriptor)
        if failure != 0 {
            remove(path)
            throw .file(path: path, errno: failure)
        }
    }

    /// Removes a file that this process has just made.
    static func remove(_ path: String) {
        unsafe _ = unlink(path)
    }

    private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }
}
