import Foundation

/// A program that was run to its end, and what it said.
struct Command {
    let ending: ChildProcess.Ending
    let output: Data
    let errors: String

    var status: Int32? {
        if case .exited(let status) = ending { status } else { nil }
    }
    var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard output and standard error together.
    var allText: String { text + errors }

    /// Runs the program; its output goes through files, so that none of it can block.
    static func run(
        _ program: String, _ arguments: [String], input: Data = Data(), folder: String? = nil,
        environment: [String: String] = [:], seconds: Double = 60
    ) throws -> Command {
        let files = try TemporaryFolder()
        try input.write(to: files.file("in"))
        let names = ["in", "out", "err"]
        let descriptors = names.map { open(files.file($0).path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
        defer { descriptors.forEach { close($0) } }
        let child = try ChildProcess(
            program, arguments, folder: folder, environment: environment, input: descriptors[0], output: descriptors[1],
            errors: descriptors[2])
        guard let ending = child.wait(seconds: seconds) else {
            child.end()
            throw HarnessError("\(program) \(arguments) did not end in \(seconds) s: \(files.text(of: "err"))")
        }
        return Command(ending: ending, output: try Data(contentsOf: files.file("out")), errors: files.text(of: "err"))
    }
}
