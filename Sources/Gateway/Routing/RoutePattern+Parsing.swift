import HTTP

extension RoutePattern {
    /// Parses the short form: `METHODS host/path`, where methods and host may be missing.
    init(short text: String) throws(PatternError) {
        let words = text.split(separator: " ").map(String.init)
        guard (1...2).contains(words.count), let place = words.last else {
            throw PatternError(
                "\"\(text)\" is not a match", suggestion: "write it like \"GET,POST shop.test/orders/{id}\"")
        }
        var methods = MethodSet.any
        if words.count == 2 {
            let names = words[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            methods = try MethodSet(names: names)
        }
        guard let slash = place.firstIndex(of: "/") else {
            throw PatternError("\"\(place)\" has no path", suggestion: "write \"/**\" for every path")
        }
        let path = try PathPattern(String(place[slash...]))
        let hosts = slash > place.startIndex ? [try HostPattern(String(place[..<slash]))] : []
        self.init(methods: methods, hosts: hosts, path: path)
    }
}

extension MethodSet {
    /// The methods with these names, which are written in capitals.
    init(names: [String]) throws(PatternError) {
        self = []
        for name in names {
            let named = Method.allCases.first { $0 != .other && "\($0.token)" == name }
            guard let method = named else {
                let known = Method.allCases.filter { $0 != .other }.map { "\($0.token)" }
                throw PatternError(
                    "unknown method \"\(name)\"",
                    suggestion: Spelling.suggestion(for: name, among: known)
                        ?? "methods are \(known.joined(separator: ", ")); leave them out for any")
            }
            insert(MethodSet(method))
        }
    }
}
