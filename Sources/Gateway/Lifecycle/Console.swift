internal import Reactor

/// What people see when they start the gateway: a first screen, or what is wrong.
struct Console: Sendable {
    /// Whether standard error is a terminal.
    let isTerminal: Bool

    init() {
        isTerminal = StandardStreams.isErrorTerminal
    }

    func fail(_ messages: [String]) {
        for message in messages { StandardStreams.writeError(message + "\n") }
        StandardStreams.writeError("gateway: not started\n")
    }

    func write(_ text: String) {
        StandardStreams.writeError(text)
    }
}

extension Conductor {
    /// The first screen: what runs where, and three lines to try.
    func announce(_ configuration: Configuration, certificates: [String]) {
        var lines = ["gateway \(GatewayVersion.current)", ""]
        for address in configuration.listen.https { lines.append("  https   \(url("https", address))") }
        for address in configuration.listen.http {
            lines.append("  http    \(url("http", address))  (redirects to https)")
        }
        if let address = configuration.listen.admin {
            lines.append("  admin   \(url("http", address))  (dashboard, /health, /metrics, /routes)")
        }
        lines.append("")
        for service in configuration.services { lines.append("  service \(service.name): \(describe(service))") }
        lines.append("  routes  \(configuration.routes.count), threads \(group.loops.count)")
        if !certificates.isEmpty {
            lines += ["", "  made development certificates: \(certificates.joined(separator: ", "))"]
        }
        if let address = configuration.listen.https.first {
            let base = url("https", address)
            let folder = configuration.listen.tls.certificate.certificate.lastIndex(of: "/").map {
                String(configuration.listen.tls.certificate.certificate[...$0])
            }
            lines += ["", "  try     curl --cacert \(folder ?? "")dev-ca.pem \(base)/health"]
            if let plain = configuration.listen.http.first { lines.append("          curl -i \(url("http", plain))/") }
            if let admin = configuration.listen.admin, case .tcp = admin {
                lines.append("          curl \(url("http", admin))/metrics")
            }
            lines.append("")
        }
        console.write(lines.joined(separator: "\n") + "\n")
        for warning in configuration.warnings { console.write("\(warning)\n") }
    }

    private func url(_ scheme: String, _ address: ListenAddress) -> String {
        guard case .tcp(let host, _) = address, let port = bound[address]?.port else { return "\(address)" }
        let name = host.map { $0.contains(":") ? "[\($0)]" : $0 } ?? "localhost"
        return "\(scheme)://\(name):\(port)"
    }

    private func describe(_ service: ServiceDefinition) -> String {
        switch service.source {
        case .targets(let targets): targets.map(\.description).joined(separator: ", ")
        case .process(let process):
            switch process.program {
            case .handler(let name):
                "handler \(name), \(process.instances) process\(process.instances == 1 ? "" : "es")"
            case .command(let words): words.joined(separator: " ")
            }
        }
    }
}
