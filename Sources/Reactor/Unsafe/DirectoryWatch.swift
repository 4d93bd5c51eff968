public import Bytes

/// Tells when something in a directory changes (inotify), also when a file is replaced by renaming another over it.
public final class DirectoryWatch {
    private let watcher: Watcher

    /// Watches the directory at `path` on `loop`.
    public init(path: String, loop: EventLoop) throws(SystemError) {
        watcher = try loop.watch(Syscalls.watchDirectory(path))
    }

    /// Waits for a change, or until `deadline`; what has changed is for the caller to find out. `.interrupted` once closed.
    public func wait(until deadline: Instant) async -> Wakeup {
        let wakeup = await watcher.waitReadable(until: deadline)
        guard wakeup == .ready else { return wakeup }
        var scratch = ByteBuffer(capacity: 4096)
        while case .bytes = watcher.readPipe(into: &scratch) { scratch.removeAll() }
        return .ready
    }

    /// Stops watching.
    public func close() {
        watcher.close()
    }
}
