import Bytes
import Crypto
import Foundation

/// The bytes of a base64url text that is known to be right.
func decoded(_ text: String) -> [UInt8] {
    Base64URL.decode(Array(text.utf8))!
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

/// A folder of its own for one test, removed with everything in it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "crypto-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}

/// Runs a tool and returns its exit status and what it printed.
///
/// By the C library: Foundation's Process reads past a buffer when this process has more than a thousand descriptors, as it
/// may while other suites run.
func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let words = ([tool] + arguments).map { "'" + $0.replacingOccurrences(of: "'", with: #"'\''"#) + "'" }
    guard let pipe = popen(words.joined(separator: " ") + " 2>&1", "re") else { throw CocoaError(.fileReadUnknown) }
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&block, 1, block.count, pipe)
        if count == 0 { break }
        output += block[..<count]
    }
    let status = pclose(pipe)
    return (status & 0x7f == 0 ? status >> 8 & 0xff : -1, String(decoding: output, as: UTF8.self))
}
