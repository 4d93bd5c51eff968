import Reactor

extension SocketAddress {
    /// Where a gateway listens for its services, as it tells them in `GATEWAY_INTERNAL`: `unix:/path` or
    /// `http://127.0.0.1:PORT`; nil for anything else.
    init?(gateway text: String) {
        if text.hasPrefix("unix:/") {
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard text.hasPrefix("http://"), let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon].dropFirst(7)
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(ip: String(host), port: port)
    }
}
