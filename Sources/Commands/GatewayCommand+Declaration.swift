import CLI
import Gateway

extension GatewayCommand {
    /// Everything that can be typed.
    static let declaration = Command(
        "gateway", "An API gateway: HTTPS in front of services, by one file.",
        subcommands: [serve, check, reload, routes, explain, token, schema],
        version: "gateway \(GatewayVersion.current)",
        notes: """
            Examples:
              gateway serve                   runs what ./routes.json says
              gateway check new-routes.json   says everything that is wrong with a file
              gateway explain GET /products   tells what would happen to a request
              curl -H "Authorization: Bearer $(gateway token --sub alice)" https://localhost:8443/products
            """)

    private static let configuration = Option.value(
        "config", short: "c", "FILE", "the configuration", default: CommandContext.defaultFile)

    private static let serve = Command(
        "serve", "Runs the gateway and the services that it starts, until SIGINT or SIGTERM.",
        options: [
            configuration,
            .integer("threads", short: "t", "N", "event loops, instead of one per processor", in: 1...256),
        ])

    private static let check = Command(
        "check", "Checks a configuration: all mistakes at once, and the file's own tests.",
        options: [.value("config", short: "c", "FILE", "the same as FILE")],
        positionals: [Positional("FILE", "the configuration (default: routes.json)", isRequired: false)])

    private static let reload = Command(
        "reload", "Asks the running gateway to reload its configuration, and says what came of it.",
        options: [
            configuration,
            .value("admin", "ADDRESS", "where the gateway is asked, instead of the file's listen.admin"),
        ])

    private static let routes = Command(
        "routes", "Prints the effective table: defaults filled in, secrets left out.", options: [configuration])

    private static let explain = Command(
        "explain", "Tells what would happen to a request: its route and why not another, token, limits, upstream.",
        options: [
            configuration,
            .list("header", short: "H", "'NAME: VALUE'", "a field of the request"),
            .value("from", "ADDRESS", "the address that the request comes from", default: "127.0.0.1"),
        ],
        positionals: [
            Positional("METHOD", "such as GET"),
            Positional("URL", "such as /products/7 or https://shop.test/products?limit=1"),
        ])

    private static let token = Command(
        "token", "Mints a token with the configured secret, for trying things.",
        options: [
            .value("sub", "SUBJECT", "who the token is for", isRequired: true),
            .list("role", "ROLE", "a role"),
            .list("scope", "SCOPE", "a scope"),
            .value("ttl", "DURATION", "how long it is good, such as 90s, 15m, 1h, 7d", default: "1h"),
            .value("profile", "NAME", "the entry of \"jwt\" to mint for (default: the first with a secret)"),
            configuration,
        ])

    private static let schema = Command(
        "schema", "Prints the JSON Schema of the configuration, for editors.")
}
