/// Finds the certificate for a server name: an exact name first, then a wildcard, which stands for one whole leftmost
/// label ([RFC 9525, section 6.3](https://www.rfc-editor.org/rfc/rfc9525#section-6.3)), then the default.
struct ServerNameIndex: Sendable {
    private var exact: [String: Int] = [:]
    /// By what follows `*.`.
    private var wildcards: [String: Int] = [:]

    /// - Parameter names: the names of each certificate. Where two have the same name, the earlier one keeps it.
    init(names: [[String]]) {
        for (index, names) in names.enumerated() {
            for name in names.map({ $0.lowercased() }) {
                if name.hasPrefix("*.") {
                    let parent = String(name.dropFirst(2))
                    wildcards[parent] = wildcards[parent] ?? index
                } else {
                    exact[name] = exact[name] ?? index
                }
            }
        }
    }

    /// The certificate's index: 0, the default, when nothing matches.
    func index(for name: String) -> Int { match(name) ?? 0 }

    /// The index of the certificate that is for this name, nil when none is.
    func match(_ name: String) -> Int? {
        var name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if let index = exact[name] { return index }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return wildcards[String(name[name.index(after: dot)...])]
    }
}
