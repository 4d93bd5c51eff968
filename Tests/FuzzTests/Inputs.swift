import Foundation

/// The inputs in the working copy that these tests were compiled from.
enum Inputs {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz")

    /// The files of a target in `folder`, by name; none when it has no folder there.
    static func files(in folder: String, of target: String) throws -> [(name: String, bytes: [UInt8])] {
        let place = root.appending(path: folder).appending(path: target)
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().map { name in
            (name, Array(try Data(contentsOf: place.appending(path: name))))
        }
    }

    /// The folders in `folder`.
    static func folders(in folder: String) throws -> [String] {
        let place = root.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: place.path).filter { !$0.hasPrefix(".") }
    }
}
