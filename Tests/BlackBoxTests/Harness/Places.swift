import Foundation

/// Where the things under test and their helpers are.
enum Places {
    /// The folder of the executables that were built together with these tests.
    static let binaries: URL = {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent()
    }()

    static let gateway = binaries.appending(path: "gateway").path
    static let shop = binaries.appending(path: "shop").path

    /// The working copy.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Python programs that the tests run.
    static let support = repository.appending(path: "Tests/BlackBoxTests/Support")

    /// The Python with the packages of `Support/requirements.txt`, nil where PyPI was out of reach.
    static let venvPython: String? = {
        let path = repository.appending(path: ".build/venv/bin/python").path
        let isComplete = FileManager.default.fileExists(
            atPath: repository.appending(path: ".build/venv/installed.txt").path)
        return isComplete ? path : nil
    }()

    static let hasPyPI = venvPython != nil

    /// Debian's promtool, nil where it could not be had.
    static let promtool = executable("promtool", alsoIn: repository.appending(path: ".build/tools/usr/bin").path)

    /// Clients of nghttp2 (Debian's nghttp2-client), nil where they could not be had.
    static let nghttp = executable("nghttp")
    static let h2load = executable("h2load")

    /// A browser that takes Chromium's options, nil where none could be had.
    static let chromium = executable("chromium") ?? executable("google-chrome")

    static let curl = executable("curl")!
    static let openssl = executable("openssl")!
    static let python = executable("python3")!

    /// The program as a shell would find it.
    static func executable(_ name: String, alsoIn folder: String = "/usr/local/bin") -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return (path.split(separator: ":").map(String.init) + [folder]).map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// What went wrong in the harness, rather than in what it tests.
struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
