import Glibc

extension ConfigurationEnvironment {
    /// The variables and the files that this process can see.
    public static let process = ConfigurationEnvironment(variable: processVariable, readFile: processFile)

    /// The largest file that a configuration may be, or take something from.
    static let largestFile = 16 << 20

    private static func processVariable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func processFile(_ path: String) -> Result<[UInt8], FileFailure> {
        if path.utf8.contains(0) { return .failure(FileFailure(reason: "the path contains a NUL")) }
        // Non-blocking, so that a pipe put in the file's place cannot hold a running gateway up.
        let descriptor = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { return .failure(FileFailure(errno: errno)) }
        defer { close(descriptor) }

        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .failure(FileFailure(errno: errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return contents(of: descriptor, size: Int(status.st_size))
        case S_IFDIR: return .failure(FileFailure(errno: EISDIR))
        default: return .failure(FileFailure(reason: "Not a regular file"))
        }
    }

    /// Reads to the end rather than to the size: a file may grow meanwhile, and those of /proc have none.
    private static func contents(of descriptor: CInt, size: Int) -> Result<[UInt8], FileFailure> {
        guard size <= largestFile else { return .failure(.tooLarge) }
        var contents: [UInt8] = []
        contents.reserveCapacity(size)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = retrying { unsafe read(descriptor, &chunk, chunk.count) }
            guard count >= 0 else { return .failure(FileFailure(errno: errno)) }
            if count == 0 { return .success(contents) }
            contents += chunk[..<count]
            guard contents.count <= largestFile else { return .failure(.tooLarge) }
        }
    }

    private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }
}

extension ConfigurationEnvironment.FileFailure {
    /// There is no such file.
    static let missing = Self(errno: ENOENT)

    fileprivate static let tooLarge = Self(reason: "larger than \(ConfigurationEnvironment.largestFile >> 20) MiB")

    fileprivate init(errno: CInt) {
        self.init(reason: unsafe String(cString: strerror(errno)))
    }
}
