import Bytes
import Glibc

/// What the module asks of the operating system.
enum Syscalls {
    /// Opens a file for appending; it is made when missing, readable by its owner and group.
    static func openForAppending(_ path: String) throws(TelemetryError) -> CInt {
        while true {
            let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
            if descriptor >= 0 { return descriptor }
            let code = errno
            if code != EINTR { throw .cannotOpenLog(path: path, errno: code) }
        }
    }

    /// Writes once: how many bytes went out, or the error number.
    static func writeOnce(_ bytes: Span<UInt8>, to descriptor: CInt) -> WriteResult {
        unsafe bytes.withUnsafeBufferPointer { memory in
            while true {
                let written = unsafe write(descriptor, memory.baseAddress, memory.count)
                if written >= 0 { return .wrote(written) }
                let code = errno
                if code != EINTR { return .failed(code) }
            }
        }
    }

    /// Waits until `descriptor` takes bytes, at most `milliseconds`: whether it does.
    static func waitWritable(_ descriptor: CInt, milliseconds: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }

    static func closeFile(_ descriptor: CInt) {
        _ = close(descriptor)
    }

    static func isTerminal(_ descriptor: CInt) -> Bool {
        isatty(descriptor) == 1
    }

    /// The wall clock in milliseconds since 1970.
    static func unixMilliseconds() -> Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec / 1_000_000)
    }

    /// Names the calling thread for tools such as top: at most 15 bytes. Of no importance when it fails.
    static func nameThread(_ name: String) {
        let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = writeOnce(name.utf8.span, to: descriptor)
        closeFile(descriptor)
    }
}

/// What a write came to.
enum WriteResult {
    case wrote(Int)
    case failed(CInt)
}

/// The system's text for an error number.
func errorText(_ number: CInt) -> String {
    unsafe String(cString: strerror(number))
}
