import Bytes

/// What one load of a file shares: the document, its surroundings, and the list of everything found wrong.
final class LoadContext {
    let file: String
    let environment: ConfigurationEnvironment
    private let lines: LineIndex
    private var found: [(offset: Int, diagnostic: Diagnostic)] = []
    /// The files that the configuration took its content from, besides itself.
    private(set) var referencedFiles: [String] = []
    /// Changes when any variable or file that was read changes. Secrets go into it: never printed.
    private(set) var fingerprint: UInt64 = 0

    init(file: String, lines: LineIndex, environment: ConfigurationEnvironment) {
        self.file = file
        self.lines = lines
        self.environment = environment
    }

    /// Everything reported so far, in the order of the file.
    var diagnostics: [Diagnostic] {
        found.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element.diagnostic)
    }

    var hasErrors: Bool { found.contains { $0.diagnostic.severity == .error } }

    func report(
        _ severity: Diagnostic.Severity, at offset: Int, path: String, _ message: String, suggestion: String? = nil
    ) {
        let (line, column) = lines.position(of: offset)
        let diagnostic = Diagnostic(
            severity: severity, file: file, path: path, line: line, column: column, message: message,
            suggestion: suggestion)
        found.append((offset, diagnostic))
    }

    /// The line of an offset, counted from one.
    func line(of offset: Int) -> Int { lines.position(of: offset).line }

    /// The path of a file that the configuration names: relative ones are relative to the configuration's own folder.
    func resolve(path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// Reads a file and remembers that it was.
    func read(path: String) -> Result<[UInt8], ConfigurationEnvironment.FileFailure> {
        let resolved = resolve(path: path)
        if !referencedFiles.contains(resolved) { referencedFiles.append(resolved) }
        let result = environment.readFile(resolved)
        if case .success(let bytes) = result { mix(bytes) }
        return result
    }

    /// Looks a variable up and remembers its value in the fingerprint.
    func variable(_ name: String) -> String? {
        let value = environment.variable(name)
        mix(Array((value ?? "").utf8))
        return value
    }

    private func mix(_ bytes: [UInt8]) {
        fingerprint = KeyedHash.hash(bytes.span, seed: fingerprint)
    }
}
