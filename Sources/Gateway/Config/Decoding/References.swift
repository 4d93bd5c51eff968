/// The names that routes may refer to, in the order of the file.
struct References {
    let services: [String]
    let profiles: [String]
    private let serviceIndexes: [String: Int]

    init(services: [String], profiles: [String]) {
        self.services = services
        self.profiles = profiles
        serviceIndexes = Dictionary(zip(services, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// The index of a service; that there is none is reported at `item`.
    func service(_ name: String, at item: Item) -> Int? {
        if let index = serviceIndexes[name] { return index }
        item.error("unknown service \"\(name)\"", suggestion: advice(for: name, among: services, what: "services"))
        return nil
    }

    /// The index of a token profile; that there is none is reported at `item`.
    func profile(_ name: String, at item: Item) -> Int? {
        if let index = profiles.firstIndex(of: name) { return index }
        item.error("unknown jwt \"\(name)\"", suggestion: advice(for: name, among: profiles, what: "jwt entries"))
        return nil
    }

    private func advice(for name: String, among known: [String], what: String) -> String {
        if let suggestion = Spelling.suggestion(for: name, among: known) { return suggestion }
        if known.isEmpty { return "the file defines no \(what)" }
        let shown = known.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
        return "\(what) are \(shown)\(known.count > 10 ? ", ..." : "")"
    }
}
