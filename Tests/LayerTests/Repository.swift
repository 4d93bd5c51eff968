import Foundation

/// The working copy that these tests were compiled from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let manifest = try! String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)

    /// Every Swift file of the product, ordered by path.
    static let sources: [SourceFile] = {
        let folder = root.appending(path: "Sources")
        let paths = FileManager.default.enumerator(atPath: folder.path)!.compactMap { $0 as? String }
        return paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            SourceFile(path: path, text: try! String(contentsOf: folder.appending(path: path), encoding: .utf8))
        }
    }()
}
