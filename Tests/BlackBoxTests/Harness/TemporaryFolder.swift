import Foundation

/// A folder of a test's own, short enough for Unix sockets within it, and gone with the value.
/// `BLACKBOX_KEEP=1` keeps it, to look at what happened.
final class TemporaryFolder: Sendable {
    let url: URL
    var path: String { url.path }

    init() throws {
        var template = Array("/tmp/gateway-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw HarnessError("no temporary folder: \(errno)") }
        url = URL(filePath: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        if !Self.keeps { Leftovers.add(folder: url.path) }
    }

    deinit {
        guard !Self.keeps else { return }
        try? FileManager.default.removeItem(at: url)
        Leftovers.remove(folder: url.path)
    }

    private static let keeps = ProcessInfo.processInfo.environment["BLACKBOX_KEEP"] != nil

    func file(_ name: String) -> URL {
        url.appending(path: name)
    }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int? = nil) throws -> URL {
        try write(Data(text.utf8), to: name, mode: mode)
    }

    @discardableResult
    func write(_ data: Data, to name: String, mode: Int? = nil) throws -> URL {
        let place = file(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: place)
        if let mode {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
        }
        return place
    }

    func text(of name: String) -> String {
        (try? String(decoding: Data(contentsOf: file(name)), as: UTF8.self)) ?? ""
    }
}
