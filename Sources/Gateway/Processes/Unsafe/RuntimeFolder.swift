import Glibc
import Reactor

/// The folder under `stateDir` that holds the sockets of processes. Nobody else may look into it.
enum RuntimeFolder {
    /// Makes the folder, and those above it, where they are missing.
    static func prepare(_ path: String) throws(ProcessError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            try make(String(path[..<end]))
        }
        // It may be there from before, with any mode.
        guard unsafe chmod(path, 0o700) == 0 else { throw failure("chmod", path) }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else { throw failure("access", path) }
    }

    /// Removes a socket that a process left.
    static func removeSocket(_ path: String) {
        _ = unsafe unlink(path)
    }

    private static func make(_ path: String) throws(ProcessError) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        let error = failure("mkdir", path)
        var status = stat()
        // Whatever mkdir said: a folder that is there is all that is needed.
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw error
    }

    private static func failure(_ call: StaticString, _ path: String) -> ProcessError {
        .folder(path, SystemError(call: call, code: errno))
    }
}
