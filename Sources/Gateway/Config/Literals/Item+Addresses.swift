import Reactor

extension Item {
    /// `host:port`, `:port` or `unix:path`.
    func listenAddress() -> ListenAddress? {
        guard let text = nonEmptyString() else { return nil }
        if text.hasPrefix("unix:") { return unixPath(text).map { .unix(path: $0) } }
        guard let (host, port) = Self.splitPort(text) else {
            error(
                "\"\(text)\" is not an address to listen on",
                suggestion: "write it like \":8443\", \"127.0.0.1:8443\" or \"unix:/path\"")
            return nil
        }
        return .tcp(host: host.isEmpty || host == "*" ? nil : host, port: port)
    }

    /// The same, where only this machine can reach it: no token is asked for there.
    func internalAddress() -> ListenAddress? {
        guard let address = listenAddress() else { return nil }
        guard case .tcp(let host, _) = address, host != "localhost" else { return address }
        if let host, let known = InternetAddress(host), known.isLoopback { return address }
        error(
            "\"\(address)\" can be reached from other machines, and services are asked there without a token",
            suggestion: "write it like \"unix:/path\" or \"127.0.0.1:9902\"")
        return nil
    }

    /// `127.0.0.0/8`, `::1` or several of them.
    func addressRanges() -> [AddressRange]? {
        oneOrMore().compactMap { item in
            guard let text = item.nonEmptyString() else { return nil }
            if let range = AddressRange(text) { return range }
            item.error("\"\(text)\" is not an address or a range of them", suggestion: "write it like \"10.0.0.0/8\"")
            return nil
        }
    }

    /// `http://host:port`, `https://host:port` or `unix:path`, alone or as an object with a weight.
    func target() -> TargetDefinition? {
        guard case .object = node.kind else { return target(url: self, weight: 1) }
        guard let object = object(Keys.target) else { return nil }
        var weight = 1
        object.read("weight", into: &weight) { $0.integer(in: 0...1000) }
        guard let url = object["url"] else {
            error("a target needs a \"url\"")
            return nil
        }
        return target(url: url, weight: weight)
    }

    private func target(url: Item, weight: Int) -> TargetDefinition? {
        guard let text = url.nonEmptyString() else { return nil }
        if text.hasPrefix("unix:") {
            guard let path = url.unixPath(text) else { return nil }
            return TargetDefinition(address: .unix(path: path), usesTLS: false, weight: weight)
        }
        let usesTLS = text.hasPrefix("https://")
        guard usesTLS || text.hasPrefix("http://") else {
            url.error(
                "\"\(text)\" is not a target", suggestion: "write it like \"http://127.0.0.1:9001\" or \"unix:/path\"")
            return nil
        }
        var authority = text.dropFirst(usesTLS ? 8 : 7)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        if authority.contains("/") || authority.contains("?") || authority.contains("@") {
            url.error("a target has no user, path or query", suggestion: "change paths with the route's \"rewrite\"")
            return nil
        }
        let hasPort = authority.contains(":") && !authority.hasSuffix("]")
        guard let (host, port) = Self.splitPort(hasPort ? String(authority) : "\(authority):\(usesTLS ? 443 : 80)"),
            !host.isEmpty, port != 0
        else {
            url.error("\"\(text)\" is not a target", suggestion: "write it like \"http://127.0.0.1:9001\"")
            return nil
        }
        return TargetDefinition(address: .tcp(host: host, port: port), usesTLS: usesTLS, weight: weight)
    }

    private func unixPath(_ text: String) -> String? {
        let path = context.resolve(path: String(text.dropFirst(5)))
        // The kernel's sun_path holds 107 bytes and a zero.
        guard !path.isEmpty, path.utf8.count <= 107 else {
            error("the path of a Unix socket has from 1 to 107 bytes")
            return nil
        }
        return path
    }

    private static func splitPort(_ text: String) -> (host: String, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            text[text.index(after: colon)...].first != "+"
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.count > 2 else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        return (String(host), port)
    }
}
