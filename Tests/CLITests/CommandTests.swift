import CLI
import Testing

@Suite struct CommandTests {
    private let gateway = Command(
        "gateway", "An API gateway.",
        options: [.flag("quiet", short: "q", "says less")],
        subcommands: [
            Command(
                "serve", "Runs the gateway.",
                options: [
                    .value("config", short: "c", "FILE", "the configuration", default: "routes.json"),
                    .integer("threads", "N", "event loops", in: 1...256),
                    .choice("log", ["debug", "info"], "what is logged"),
                ]),
            Command(
                "explain", "Shows which route matches.",
                options: [.list("header", short: "H", "HEADER", "a header field")],
                positionals: [Positional("METHOD", "the method"), Positional("URL", "the target", isRequired: false)]),
            Command("token", "Mints a token.", options: [.value("sub", "S", "the subject", isRequired: true)]),
        ],
        version: "1.2.3", notes: "Examples:\n  gateway serve")

    private func run(_ line: String) throws -> Invocation {
        guard case .run(let invocation) = try gateway.parse(line.split(separator: " ").map(String.init)) else {
            throw TestFailure.notRun
        }
        return invocation
    }

    enum TestFailure: Error { case notRun }

    @Test(
        arguments: [
            "serve --config a.json --threads 4", "serve --config=a.json --threads=4", "serve -c a.json --threads 4",
            "serve -c=a.json --threads 4",
        ])
    func `options have several spellings`(line: String) throws {
        let serve = try run(line)
        #expect(serve.path == ["serve"])
        #expect(serve.value("config") == "a.json")
        #expect(serve.integer("threads") == 4)
        #expect(!serve.flag("quiet"))
    }

    @Test func `defaults fill in and options of the outer command hold everywhere`() throws {
        #expect(try run("serve").value("config") == "routes.json")
        #expect(try run("serve").integer("threads") == nil)
        #expect(try run("-q serve").flag("quiet"))
        #expect(try run("serve --quiet").flag("quiet"))
    }

    @Test func `arguments and lists are kept in order`() throws {
        let explain = try run("explain -H a:1 GET --header=b:2 /x?y=1")
        #expect(explain.command == "explain")
        #expect(explain.positionals == ["GET", "/x?y=1"])
        #expect(explain.list("header") == ["a:1", "b:2"])
        #expect(try run("explain -- -GET --x").positionals == ["-GET", "--x"])
        #expect(try run("explain -").positionals == ["-"])
    }

    @Test(
        arguments: [
            ("", .missingCommand, "gateway"),
            ("serv", .unknownCommand("serv", suggestion: "serve"), "gateway"),
            ("xyzzy", .unknownCommand("xyzzy", suggestion: nil), "gateway"),
            ("serve --confg x", .unknownOption("--confg", suggestion: "--config"), "gateway serve"),
            ("serve --header x", .unknownOption("--header", suggestion: nil), "gateway serve"),
            ("serve -x", .unknownOption("-x", suggestion: nil), "gateway serve"),
            ("serve --config", .missingValue(option: "--config"), "gateway serve"),
            ("serve --config --threads 1", .missingValue(option: "--config"), "gateway serve"),
            ("serve --quiet=1", .unexpectedValue(option: "--quiet"), "gateway serve"),
            (
                "serve --threads 0",
                .invalidValue(option: "--threads", value: "0", expected: "a whole number from 1 to 256"),
                "gateway serve"
            ),
            (
                "serve --threads 99999999999999999999",
                .invalidValue(
                    option: "--threads", value: "99999999999999999999", expected: "a whole number from 1 to 256"),
                "gateway serve"
            ),
            (
                "serve --log loud", .invalidValue(option: "--log", value: "loud", expected: "one of debug, info"),
                "gateway serve"
            ),
            ("serve -c a -c b", .repeatedOption("--config"), "gateway serve"),
            ("serve extra", .unexpectedArgument("extra"), "gateway serve"),
            ("explain", .missingArgument("METHOD"), "gateway explain"),
            ("token", .missingOption("--sub"), "gateway token"),
        ] as [(String, ArgumentError.Problem, String)])
    func `a mistake is named`(line: String, problem: ArgumentError.Problem, command: String) {
        let error = #expect(throws: ArgumentError.self) {
            try gateway.parse(line.split(separator: " ").map(String.init))
        }
        #expect(error?.problem == problem)
        #expect(error?.command == command)
    }

    @Test func `an error says what was meant and where to read on`() {
        let error = #expect(throws: ArgumentError.self) { try gateway.parse(["serve", "--thread=2"]) }
        #expect("\(error!)" == "unknown option --thread; did you mean --threads?\nSee gateway serve --help")
    }

    @Test(arguments: ["--help", "-h", "help", "-q --help"])
    func `help is made from the declaration`(line: String) throws {
        #expect(
            try gateway.parse(line.split(separator: " ").map(String.init))
                == .help(
                    """
                    An API gateway.

                    Usage: gateway COMMAND [OPTIONS]

                    Commands:
                      serve    Runs the gateway.
                      explain  Shows which route matches.
                      token    Mints a token.

                    Options:
                      -q, --quiet    says less
                      -h, --help     shows this help
                          --version  shows the version

                    Examples:
                      gateway serve
                    """))
    }

    @Test(arguments: ["serve --help", "help serve", "serve --threads 2 -h"])
    func `each command has its help`(line: String) throws {
        #expect(
            try gateway.parse(line.split(separator: " ").map(String.init))
                == .help(
                    """
                    Runs the gateway.

                    Usage: gateway serve [OPTIONS]

                    Options:
                      -q, --quiet           says less
                      -c, --config FILE     the configuration (default: routes.json)
                          --threads N       event loops
                          --log debug|info  what is logged
                      -h, --help            shows this help
                    """))
    }

    @Test func `the version is the program's`() throws {
        #expect(try gateway.parse(["--version"]) == .version("1.2.3"))
        #expect(throws: ArgumentError.self) { try gateway.parse(["serve", "--version"]) }
    }
}
