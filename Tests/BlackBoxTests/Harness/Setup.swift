import Foundation

/// A configuration for a test: what the test is about, within what every gateway needs.
struct Setup {
    /// The text of the `services` object.
    var services = "{}"
    /// The text of the `routes` array.
    var routes = "[]"
    /// The text of the `jwt` object.
    var jwt = """
        {"shop": {"issuer": "shop", "audience": "shop", "algorithms": ["HS256"], "secret": "file:jwt.secret", "leeway": "0s"}}
        """
    /// The text of the `defaults` object.
    var defaults = #"{"timeout": "10s", "rateLimit": "1000000/s per ip burst 1000000"}"#
    /// The text of the `listen.tls` object.
    var tls = #"{"cert": "certs/gateway.pem", "key": "certs/gateway.key"}"#
    /// Further top-level keys with the text of their values. What a test waits for is made short here.
    var extra = [
        "timeouts": #"{"drainDelay": "100ms", "drain": "10s"}"#,
        "log": #"{"level": "info", "access": "stdout"}"#,
    ]

    /// Passes everything on to one upstream.
    static func forwarding(to upstream: Upstream, settings: String = "", routes: String) -> Setup {
        Setup(services: #"{"up": {"targets": ["\#(upstream.url)"]\#(settings)}}"#, routes: routes)
    }

    func text(ports: GatewayProcess.Ports) -> String {
        let more = extra.map { ",\n  \"\($0.key)\": \($0.value)" }.sorted().joined()
        return """
            {
              "listen": {
                "https": "127.0.0.1:\(ports.https)", "http": "127.0.0.1:\(ports.http)", "admin": "127.0.0.1:\(ports.admin)",
                "tls": \(tls)
              },
              "jwt": \(jwt),
              "defaults": \(defaults),
              "services": \(services),
              "routes": \(routes)\(more)
            }

            """
    }
}
