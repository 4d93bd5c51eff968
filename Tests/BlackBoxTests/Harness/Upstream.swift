import Foundation

/// A server in Python. That of `Support/upstream.py` is scriptable: the query of a request says how it is answered.
final class Upstream: Sendable {
    let port: Int
    let name: String
    private let process: ChildProcess

    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - script: the file in `Support`; like `upstream.py` it takes `--name` and `--port` and prints its port.
    ///   - port: where to listen; the kernel chooses when nil.
    ///   - options: further ones, such as for TLS.
    init(
        _ script: String = "upstream.py", python: String = Places.python, name: String = "up", port: Int? = nil,
        options: [String] = []
    ) throws {
        self.name = name
        let ends = try Sockets.pair()
        defer { close(ends.own) }
        let path = Places.support.appending(path: script).path
        process = try ChildProcess(
            python, [path, "--name", name, "--port", "\(port ?? 0)"] + options, output: ends.child)
        close(ends.child)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while recv(ends.own, &byte, 1, 0) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        guard let chosen = Int(String(decoding: line, as: UTF8.self)) else {
            throw HarnessError("no upstream: \(line)")
        }
        self.port = chosen
    }

    deinit {
        process.end()
    }

    func stop() {
        process.end()
    }

    /// How many requests came whose query has this `key`, or all of them.
    func requests(key: String? = nil) throws -> Int {
        let wire = try Wire(port: port)
        let query = key.map { "?count=\($0)" } ?? ""
        return try wire.exchange("GET /__requests\(query) HTTP/1.1\r\nHost: x\r\n\r\n").json["requests"].int ?? -1
    }

    /// What its `/health` answers from now on.
    func setHealth(_ status: Int) throws {
        _ = try Wire(port: port).exchange(
            "POST /__health?status=\(status) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    }

    /// What it answers to everything from now on; nil for what the query says.
    func setStatus(_ status: Int?) throws {
        _ = try Wire(port: port).exchange(
            "POST /__status?status=\(status ?? 0) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    }
}
