import Foundation
import Testing

/// Every mistake is told clearly, and none loses anything.
@Suite struct BadInputTests {
    struct Mistake: CustomTestStringConvertible {
        let name: String
        /// What in the good file is replaced by what.
        let change: (good: String, bad: String)
        /// What the message must hold.
        let says: [String]
        var testDescription: String { name }
    }

    private static let setup = Setup(
        services: #"{"up": {"targets": ["http://127.0.0.1:9"]}}"#,
        routes: #"[{"name": "orders", "match": "GET /orders/{id}", "to": "up", "timeout": "5s"}]"#)
    private static let text = setup.text(ports: .init(https: 8443, http: 8080, admin: 9901))

    static let mistakes = [
        Mistake(
            name: "an unknown key", change: (#""timeout": "5s""#, #""timout": "5s""#), says: ["timout", "timeout"]),
        Mistake(
            name: "a unit that is none", change: (#""timeout": "5s""#, #""timeout": "5 parsecs""#), says: ["parsecs"]),
        Mistake(name: "a bare number", change: (#""timeout": "5s""#, #""timeout": 5"#), says: ["timeout"]),
        Mistake(name: "a service that nobody defines", change: (#""to": "up""#, #""to": "upp""#), says: ["upp", "up"]),
        Mistake(name: "a pattern that is none", change: ("/orders/{id}", "/orders/{id"), says: ["{id"]),
        Mistake(name: "a method that is none", change: ("GET /orders", "G@T /orders"), says: ["G@T"]),
        Mistake(name: "a URL that is none", change: ("http://127.0.0.1:9", "ftp://127.0.0.1:9"), says: ["ftp"]),
        Mistake(name: "a port that is none", change: (":8443", ":84430"), says: ["84430"]),
        Mistake(name: "an algorithm that is none", change: ("HS256", "HS255"), says: ["HS255"]),
        Mistake(name: "the algorithm none", change: ("HS256", "none"), says: ["none"]),
        Mistake(
            name: "a secret's file that is missing", change: ("file:jwt.secret", "file:no.secret"), says: ["no.secret"]),
        Mistake(
            name: "a variable that is not set", change: ("file:jwt.secret", "${NO_SUCH_VARIABLE}"),
            says: ["NO_SUCH_VARIABLE"]),
        Mistake(name: "a rate that is none", change: ("1000000/s per ip", "many per ip"), says: ["many"]),
        Mistake(name: "a rate's key that is none", change: ("per ip", "per planet"), says: ["planet"]),
        Mistake(name: "a key twice", change: (#""to": "up""#, #""to": "up", "to": "up""#), says: ["to"]),
        Mistake(name: "a trailing comma", change: (#""timeout": "5s"}"#, #""timeout": "5s",}"#), says: []),
        Mistake(name: "a comment", change: (#""to": "up""#, "// here\n\"to\": \"up\""), says: []),
        Mistake(name: "half a file", change: (String(text.suffix(40)), ""), says: []),
    ]

    private func folder(_ text: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(GatewayProcess.secret, to: "jwt.secret", mode: 0o600)
        try folder.write(text, to: "routes.json")
        return folder
    }

    private func run(_ arguments: String..., in folder: TemporaryFolder) throws -> Command {
        try Command.run(Places.gateway, arguments, folder: folder.path, seconds: 20)
    }

    @Test func `a good file is said to be good`() throws {
        let command = try run("check", in: folder(Self.text))
        #expect(command.status == 0, "\(command.allText)")
    }

    @Test(arguments: mistakes)
    func `check tells it with line and column`(mistake: Mistake) throws {
        let text = Self.text.replacing(mistake.change.good, with: mistake.change.bad)
        #expect(text != Self.text)
        let folder = try folder(text)
        let command = try run("check", in: folder)
        #expect(command.status == 1)
        #expect(command.allText.contains(/routes\.json:\d+:\d+/), "\(command.allText)")
        for part in mistake.says { #expect(command.allText.contains(part), "\(command.allText)") }
        #expect(!command.allText.contains(GatewayProcess.secret))
        // What check refuses is not served either.
        #expect(try run("serve", in: folder).status != 0)
    }

    @Test func `all mistakes are told at once`() throws {
        let text = Self.text.replacing(#""timeout": "5s""#, with: #""timout": "5s""#)
            .replacing(#""to": "up""#, with: #""to": "upp""#).replacing("HS256", with: "HS255")
        let output = try run("check", in: folder(text)).allText
        for part in ["timout", "upp", "HS255"] { #expect(output.contains(part), "\(output)") }
    }

    @Test func `routes that tie are told, with a request that both would match`() throws {
        let routes = """
            [{"name": "a", "match": "GET /x/{one}", "to": "up"}, {"name": "b", "match": "GET /x/{two}", "to": "up"}]
            """
        var setup = Self.setup
        setup.routes = routes
        let command = try run("check", in: folder(setup.text(ports: .init(https: 8443, http: 8080, admin: 9901))))
        #expect(command.status == 1)
        #expect(command.allText.contains("/x/"))
    }

    @Test func `a test that does not hold is an error`() throws {
        var setup = Self.setup
        setup.extra["tests"] = #"[{"request": "GET /orders/7", "expect": {"route": "orders", "status": 404}}]"#
        let command = try run("check", in: folder(setup.text(ports: .init(https: 8443, http: 8080, admin: 9901))))
        #expect(command.status == 1)
        #expect(command.allText.contains("GET /orders/7"))
    }

    @Test func `a file that is not there is said by name`() throws {
        let command = try Command.run(Places.gateway, ["check", "/no/such/routes.json"])
        #expect(command.status == 1)
        #expect(command.allText.contains("/no/such/routes.json"))
    }

    @Test func `a port in use is said, and the start fails`() throws {
        let taken = try Fixture.shared().gateway.ports
        let free = try Sockets.freePort()
        let text = Self.setup.text(ports: .init(https: taken.https, http: free, admin: try Sockets.freePort()))
        let command = try run("serve", in: folder(text))
        #expect(command.status != 0)
        #expect(command.allText.contains("\(taken.https)"))
        #expect(command.allText.lowercased().contains("in use"))
    }

    @Test(arguments: ["nonsense", ""])
    func `a certificate that does not parse is said by name`(pem: String) throws {
        var setup = Self.setup
        setup.tls = #"{"cert": "own.pem", "key": "own.key"}"#
        let ports = try GatewayProcess.Ports(
            https: Sockets.freePort(), http: Sockets.freePort(), admin: Sockets.freePort())
        let folder = try folder(setup.text(ports: ports))
        try folder.write(pem, to: "own.pem")
        try folder.write(pem, to: "own.key", mode: 0o600)
        let command = try run("serve", in: folder)
        #expect(command.status != 0)
        #expect(command.allText.contains("own."))
    }

    @Test func `a key of another certificate is told`() throws {
        var setup = Self.setup
        setup.tls = #"{"cert": "a.test.pem", "key": "b.test.key"}"#
        let ports = try GatewayProcess.Ports(
            https: Sockets.freePort(), http: Sockets.freePort(), admin: Sockets.freePort())
        let folder = try folder(setup.text(ports: ports))
        for name in ["a.test", "b.test"] { try Certificates.make(name, in: folder) }
        let command = try run("serve", in: folder)
        #expect(command.status != 0)
        #expect(command.allText.contains("match"))
    }

    @Test func `a folder for databases that cannot be is told, and the gateway stays up`() throws {
        // A file where the folder should be: not even root can write into it.
        let folder = try TemporaryFolder()
        try folder.write("", to: "blocked")
        let setup = Setup(
            services: #"{"products": {"handler": "products", "database": "blocked/products.db"}}"#,
            routes: #"[{"name": "all", "match": "/products/{id?}", "to": "products", "auth": "none"}]"#)
        guard let gateway = try? GatewayProcess(setup, folder: folder) else {
            #expect((folder.text(of: "stderr.log") + folder.text(of: "stdout.log")).contains("blocked"))
            return
        }
        #expect(becomesTrue { gateway.logs.contains("blocked") })
        #expect([502, 503].contains(try gateway.curl("/products").status))
        #expect(try gateway.admin("/health").status == 200)
    }

    @Test func `a full disk for the access log costs log lines, not requests`() throws {
        let upstream = try Upstream()
        var setup = Setup.forwarding(
            to: upstream, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#)
        setup.extra["log"] = #"{"level": "info", "access": "/dev/full"}"#
        let gateway = try GatewayProcess(setup)
        for _ in 0..<10 { #expect(try gateway.curl("/a").status == 200) }
    }

    @Test(arguments: [["nonsense"], ["serve", "--nonsense"], ["serve", "--threads", "many"], ["token"]])
    func `a wrong command line is told, with what would be right`(arguments: [String]) throws {
        let folder = try folder(Self.text)
        let command = try Command.run(Places.gateway, arguments, folder: folder.path, seconds: 20)
        #expect(command.status != 0)
        #expect(!command.errors.isEmpty)
    }

    @Test func `help is there`() throws {
        let command = try Command.run(Places.gateway, ["--help"])
        #expect(command.status == 0)
        for name in ["serve", "check", "reload", "routes", "token"] { #expect(command.text.contains(name)) }
    }
}
