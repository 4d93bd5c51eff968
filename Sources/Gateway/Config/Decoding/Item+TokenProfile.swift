import Bytes
import Telemetry

extension Item {
    func tokenProfile(named name: String, references: References) -> TokenProfile? {
        guard let object = object(Keys.tokenProfile) else { return nil }
        var audiences: [String] = []
        var leeway = Nanoseconds(30_000_000_000)
        var maximumTokenSize = 8 * 1024
        var revocations: RevocationSettings?
        object.read("audience", into: &audiences) { $0.strings() }
        object.read("leeway", into: &leeway) { $0.duration(atLeast: 0) }
        object.read("maxTokenSize", into: &maximumTokenSize) { $0.byteCount(in: 256...64 << 10) }
        object.read("revocations", into: &revocations) { $0.revocations(references) }
        let algorithms = tokenAlgorithms(object)
        guard let key = tokenKey(object, algorithms: algorithms) else { return nil }
        return TokenProfile(
            name: name, issuer: object["issuer"].flatMap { $0.nonEmptyString() }, audiences: audiences,
            algorithms: algorithms, key: key, leeway: leeway, maximumTokenSize: maximumTokenSize,
            revocations: revocations)
    }

    /// The service that knows of revocations, or an object that also says how it is asked.
    private func revocations(_ references: References) -> RevocationSettings? {
        if case .string = node.kind { return service(among: references).map { RevocationSettings(service: $0) } }
        guard let object = object(Keys.revocations) else { return nil }
        guard let item = object["service"] else {
            error("\"service\" is missing", suggestion: "name the service that knows which tokens are revoked")
            return nil
        }
        guard let service = item.service(among: references) else { return nil }
        var settings = RevocationSettings(service: service)
        object.read("path", into: &settings.path) { $0.plainPath(like: "/revocations") }
        object.read("interval", into: &settings.interval) { $0.duration(atLeast: 50_000_000) }
        object.read("maxEntries", into: &settings.maxEntries) { $0.integer(in: 1...1_000_000) }
        return settings
    }

    private func service(among references: References) -> String? {
        guard let name = nonEmptyString(), references.service(name, at: self) != nil else { return nil }
        return name
    }

    private func tokenAlgorithms(_ object: ObjectItem) -> [TokenAlgorithm] {
        guard let item = object["algorithms"] else {
            error("\"algorithms\" is missing", suggestion: "name what the issuer signs with, such as [\"HS256\"]")
            return []
        }
        let items = item.oneOrMore()
        if items.isEmpty { item.error("at least one algorithm is needed") }
        return items.compactMap { item in
            guard let word = item.string() else { return nil }
            if let algorithm = TokenAlgorithm(rawValue: word) { return algorithm }
            let known = TokenAlgorithm.allCases.map(\.rawValue)
            item.error(
                word.lowercased() == "none"
                    ? "\"none\": unsigned tokens are never accepted" : "unknown algorithm \"\(word)\"",
                suggestion: Spelling.suggestion(for: word, among: known) ?? "one of \(known.joined(separator: ", "))")
            return nil
        }
    }

    private func tokenKey(_ object: ObjectItem, algorithms: [TokenAlgorithm]) -> TokenKey? {
        let keys: [ConfigurationKey] = ["secret", "publicKey", "jwks"]
        let given = keys.filter { object[$0] != nil }
        guard given.count == 1, let item = object[given[0]] else {
            error(
                given.isEmpty ? "the key to check signatures with is missing" : "several keys are given",
                suggestion: "give exactly one of \"secret\", \"publicKey\", \"jwks\"")
            return nil
        }
        if given[0] == "secret" {
            for algorithm in algorithms where !algorithm.isSymmetric {
                item.error("\(algorithm.rawValue) is checked with a public key, not with a secret")
            }
            return item.secret(algorithms: algorithms).map { .secret($0) }
        }
        if given[0] == "publicKey" {
            for algorithm in algorithms where algorithm.isSymmetric {
                item.error("\(algorithm.rawValue) is checked with a secret, not with a public key")
            }
        }
        if case .string(let text) = item.node.kind, text.contains("://") {
            item.error("keys are read from a file, not from a URL", suggestion: "save the key set and name the file")
            return nil
        }
        guard let path = item.filePath(), let bytes = item.contents(of: path) else { return nil }
        return given[0] == "publicKey" ? .publicKey(path: path, pem: bytes) : .keySet(path: path, json: bytes)
    }

    /// The bytes of a secret. A file may hold any bytes; one newline at its end is not among them.
    private func secret(algorithms: [TokenAlgorithm]) -> Secret? {
        guard let text = text() else { return nil }
        var bytes = Array(text.value.utf8)
        if text.value.hasPrefix("file:") {
            guard let content = contents(of: String(text.value.dropFirst(5))) else { return nil }
            bytes = content
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        if bytes.isEmpty {
            error("the secret is empty")
            return nil
        }
        if let least = algorithms.map(\.minimumSecretLength).max(), bytes.count < least {
            // RFC 7518 section 3.2 wants a key as long as the hash; shorter ones can be guessed offline.
            warning("the secret has \(bytes.count) bytes", suggestion: "use at least \(least) random bytes")
        }
        return Secret(bytes.span)
    }
}
