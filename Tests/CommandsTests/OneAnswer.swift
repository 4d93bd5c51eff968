import Foundation
import Glibc

/// A server that takes one connection, gives one answer whatever is asked, and keeps what it was sent.
final class OneAnswer: @unchecked Sendable {
    let address: String
    private let listener: Int32
    private let done = DispatchSemaphore(value: 0)
    private let folder: URL
    private var received = ""

    /// - Parameter answer: nil to take the connection and stay silent.
    init(isUnix: Bool, _ answer: String?) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let descriptor = socket(isUnix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        if isUnix {
            let path = folder.appending(path: "s").path
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            try Self.bind(listener, &name)
            address = "unix:\(path)"
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try Self.bind(listener, &name)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafeMutablePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        }
        listen(listener, 1)
        guard let answer else { return }
        Thread.detachNewThread { [self] in serve(answer) }
    }

    deinit {
        close(listener)
        try? FileManager.default.removeItem(at: folder)
    }

    /// What was sent, once the connection has ended.
    func request() -> String {
        done.wait()
        return received
    }

    private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) throws {
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        if result != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    private func serve(_ answer: String) {
        let connection = accept(listener, nil, nil)
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !text.contains("\r\n\r\n") {
            let count = recv(connection, &chunk, chunk.count, 0)
            if count <= 0 { break }
            text += String(decoding: chunk[..<count], as: UTF8.self)
        }
        _ = Array(answer.utf8).withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        close(connection)
        received = text
        done.signal()
    }
}
