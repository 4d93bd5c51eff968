import Bytes
import Gateway

/// What every file holds that is there: only secrets come from files, and are never printed.
private let secret = "0123456789-the-secret-of-this-run-0123456789-the-secret-of-this-run"

/// Surroundings that are the same everywhere: most variables are set, and every file is there whose name says secret.
private let environment = ConfigurationEnvironment(
    variable: { $0.hasPrefix("NO") ? nil : "value-\($0)" },
    readFile: { $0.hasSuffix("secret") ? .success(Array(secret.utf8)) : .failure(.init(reason: "No such file")) })

private func load(_ bytes: [UInt8]) -> Result<Configuration, ConfigurationError> {
    do throws(ConfigurationError) {
        return .success(try Configuration(parsing: bytes, file: "routes.json", environment: environment))
    } catch {
        return .failure(error)
    }
}

/// A configuration file: mistakes are shown where they are, and what is accepted can be used as it stands.
func checkConfiguration(_ input: Span<UInt8>) throws(Violation) {
    let bytes = input.array
    let result = load(bytes)
    switch result {
    case .failure(let error):
        try hold(error.diagnostics.contains { $0.severity == .error }, "what is refused has an error")
        try check(error.diagnostics, in: bytes)
        guard case .failure(error) = load(bytes) else {
            throw Violation(description: "refused once, and accepted once")
        }
    case .success(let configuration):
        try hold(configuration.warnings.allSatisfy { $0.severity == .warning }, "what is accepted has no error")
        try check(configuration.warnings, in: bytes)
        try checkUse(configuration)
        guard case .success(let again) = load(bytes + Array(" \n".utf8)) else {
            throw Violation(description: "refused for white space at the end")
        }
        try hold(again.routes == configuration.routes, "white space at the end changes no route")
    }
}

/// Diagnostics are in the order of the file, inside of it, and hold no secret.
private func check(_ diagnostics: [Diagnostic], in bytes: [UInt8]) throws(Violation) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var last = (line: 1, column: 1)
    for diagnostic in diagnostics {
        try hold((1...lines.count).contains(diagnostic.line), "there is no line for \(diagnostic)")
        try hold((1...lines[diagnostic.line - 1].count + 1).contains(diagnostic.column), "no column for \(diagnostic)")
        try hold((diagnostic.line, diagnostic.column) >= last, "\(diagnostic) comes after line \(last.line)")
        try hold(!diagnostic.message.isEmpty, "a diagnostic without words at line \(diagnostic.line)")
        try hold(!"\(diagnostic)".contains(secret), "a diagnostic tells a secret: \(diagnostic)")
        last = (diagnostic.line, diagnostic.column)
    }
}

/// What is accepted compiles into routes without ties, and prints without its secrets.
private func checkUse(_ configuration: Configuration) throws(Violation) {
    var conflicts: [RouteConflict] = []
    _ = RouteTable(configuration.routes.map(\.pattern), conflicts: &conflicts)
    try hold(conflicts.isEmpty, "accepted routes do not tie: \(conflicts)")
    try hold(Set(configuration.routes.map(\.name)).count == configuration.routes.count, "names of routes are unique")
    for (index, definition) in configuration.routes.enumerated() {
        if case .forward(let services) = definition.action {
            try hold(services.contains { $0.weight > 0 }, "some service of \(definition.name) has a weight")
            try hold(
                services.allSatisfy { configuration.services.indices.contains($0.service) }, "services are known")
        }
        try hold(
            definition.auth.profiles.allSatisfy(configuration.tokenProfiles.indices.contains), "profiles are known")
        let route = Route(definition, index: index)
        try hold(route.rewrite.isIdentity == (definition.rewrite == .none), "a rewrite is what the file says")
    }
    try hold(!configuration.effectiveTable.contains(secret), "the table of routes tells a secret")
}
