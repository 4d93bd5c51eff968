import Bytes
import Glibc

/// The open end of a log: a file that is closed with it, or a standard stream that is not.
struct LogFile: ~Copyable, Sendable {
    private let descriptor: CInt
    private let isOwned: Bool
    private var isMidLine = false

    init(path: String) throws(TelemetryError) {
        descriptor = try Syscalls.openForAppending(path)
        isOwned = true
    }

    init(borrowing descriptor: CInt) {
        self.descriptor = descriptor
        isOwned = false
    }

    deinit {
        if isOwned { Syscalls.closeFile(descriptor) }
    }

    var isTerminal: Bool { Syscalls.isTerminal(descriptor) }

    /// Writes lines and returns how many of them were lost. A line that was cut before ends before the next begins.
    mutating func write(_ lines: Span<UInt8>) -> Int {
        if isMidLine {
            guard case .wrote(1) = Syscalls.writeOnce([UInt8(ascii: "\n")].span, to: descriptor) else {
                return lines.lineCount
            }
            isMidLine = false
        }
        var rest = lines
        while !rest.isEmpty {
            switch Syscalls.writeOnce(rest, to: descriptor) {
            case .wrote(let count) where count > 0:
                isMidLine = rest[count - 1] != UInt8(ascii: "\n")
                rest = rest.extracting(droppingFirst: count)
            case .failed(EAGAIN):
                // Somebody else made the stream non-blocking; a reader that takes nothing for so long is gone.
                guard Syscalls.waitWritable(descriptor, milliseconds: 5000) else { return rest.lineCount }
            case .wrote, .failed:
                return rest.lineCount
            }
        }
        return 0
    }
}

extension Span where Element == UInt8 {
    fileprivate var lineCount: Int {
        var lines = 0
        for index in indices where self[index] == UInt8(ascii: "\n") { lines += 1 }
        return lines
    }
}
