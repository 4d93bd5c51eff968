import Bytes
import CLI
import Glibc

/// What commands ask of the operating system.
enum Syscalls {
    /// Writes all of a text, waiting as long as that takes; false when the reader is gone or the disk is full.
    @discardableResult
    static func write(_ text: String, to stream: Style.Stream) -> Bool {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(stream.rawValue, $0.baseAddress! + offset, $0.count - offset)
            }
            if count == -1, errno == EINTR { continue }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    static func unixSeconds() -> Int64 { Int64(time(nil)) }

    /// Milliseconds of a clock that only goes forward.
    static func monotonicMilliseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The program that runs, whatever it was called by.
    static func executablePath() throws(SystemFailure) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = unsafe readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
        guard count > 0 else { throw SystemFailure("/proc/self/exe", errno) }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func currentDirectory() throws(SystemFailure) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard unsafe getcwd(&buffer, buffer.count) != nil else { throw SystemFailure("the current directory", errno) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The variables of the environment.
    static func variables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "="), equals != text.startIndex {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next += 1
        }
        return variables
    }
}

/// Something that the operating system refused, in its own words.
struct SystemFailure: Error, CustomStringConvertible {
    let description: String

    /// - Parameters:
    ///   - subject: what it was about.
    ///   - code: the `errno` of the call.
    init(_ subject: String, _ code: CInt) {
        let reason = unsafe String(cString: strerror(code))
        description = "\(subject): \(reason)"
    }

    init(_ description: String) {
        self.description = description
    }
}
