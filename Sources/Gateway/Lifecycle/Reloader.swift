internal import Bytes
internal import Reactor
internal import TLS
internal import Telemetry

/// What came of an attempt to reload.
struct ReloadReport: Sendable {
    enum Result: String, Sendable {
        /// A new configuration is in force.
        case reloaded
        /// The file says what is in force already.
        case unchanged
        /// Nothing has changed, because of the errors.
        case refused
        /// It would be put in force.
        case valid
    }

    var result: Result
    var generation: UInt64
    /// What was or would be changed, for people.
    var changes: [String] = []
    var errors: [String] = []
    var warnings: [String] = []

    /// As JSON, with the status that tells success from failure.
    var document: AdminDocument {
        let status = result == .refused ? 422 : 200
        var json = JSONWriter()
        json.object { json in
            json.member("result", result.rawValue)
            json.member("generation", Int(generation))
            for (name, values) in [("changes", changes), ("errors", errors), ("warnings", warnings)] {
                json.name(name)
                json.array { json in
                    for value in values { json.value(value) }
                }
            }
        }
        json.buffer.append("\n")
        return AdminDocument(status: status, contentType: "application/json", body: json.finish().readable.array)
    }
}

/// Everything a file may be wrong with, found without touching what is in force. Blocks on files and names.
struct ConfigurationReader: Sendable {
    let path: String
    let environment: ConfigurationEnvironment

    /// Why a file cannot be put in force.
    struct Failure: Error {
        let messages: [String]
    }

    /// Reads and checks the file.
    func read() throws(Failure) -> Configuration {
        let bytes: [UInt8]
        switch environment.readFile(path) {
        case .success(let content): bytes = content
        case .failure(let failure): throw Failure(messages: ["\(path) cannot be read: \(failure.reason)"])
        }
        do {
            return try Configuration(parsing: bytes, file: path, environment: environment)
        } catch {
            throw Failure(messages: error.diagnostics.filter { $0.severity == .error }.map(\.description))
        }
    }

    /// A hash of the file and of every file that it names, certificates too: what has to change for a reload to change
    /// anything. Nil while the file cannot be read.
    func fingerprint(referenced: [String]) -> UInt64? {
        guard case .success(let bytes) = environment.readFile(path) else { return nil }
        var hash = KeyedHash.hash(bytes.span)
        for file in referenced {
            guard case .success(let content) = environment.readFile(file) else { continue }
            hash = KeyedHash.hash(content.span, seed: hash)
        }
        return hash
    }
}

extension Configuration {
    /// Files whose content is part of the configuration.
    var watchedFiles: [String] {
        let pairs = [listen.tls.certificate] + listen.tls.certificates + services.compactMap(\.tls.certificate)
        return referencedFiles + services.compactMap(\.tls.authority) + pairs.flatMap { [$0.certificate, $0.key] }
    }

    /// What differs from `other`, in words.
    func changes(from other: Configuration) -> [String] {
        var changes: [String] = []
        func compare<Item: Equatable>(_ kind: String, _ new: [(String, Item)], _ old: [(String, Item)]) {
            let before = Dictionary(old, uniquingKeysWith: { first, _ in first })
            let after = Dictionary(new, uniquingKeysWith: { first, _ in first })
            for (name, item) in new {
                if let previous = before[name] {
                    if previous != item { changes.append("\(kind) \(name) changed") }
                } else {
                    changes.append("\(kind) \(name) added")
                }
            }
            for (name, _) in old where after[name] == nil { changes.append("\(kind) \(name) removed") }
        }
        compare("route", routes.map { ($0.name, $0) }, other.routes.map { ($0.name, $0) })
        compare("service", services.map { ($0.name, $0) }, other.services.map { ($0.name, $0) })
        compare("jwt", tokenProfiles.map { ($0.name, $0) }, other.tokenProfiles.map { ($0.name, $0) })
        if listen != other.listen { changes.append("listen changed") }
        if limits != other.limits || timeouts != other.timeouts { changes.append("limits changed") }
        if log != other.log { changes.append("log changed") }
        return changes
    }
}
