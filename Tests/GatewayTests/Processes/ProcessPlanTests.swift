import Policy
import Reactor
import Telemetry
import Testing

@testable import Gateway

@Suite struct ProcessPlanTests {
    private func surroundings(
        state: String = "var", secret: String? = "0123456789abcdef0123456789abcdef"
    ) -> ProcessSurroundings {
        ProcessSurroundings(
            stateDirectory: state, workingDirectory: ".", shopExecutable: "/opt/gateway/bin/shop",
            currentDirectory: "/srv", environment: ["PATH": "/bin", "TZ": "UTC", "AWS_SECRET_KEY": "hush"],
            identity: secret.map { HandlerIdentity(secret: Secret($0), issuer: "shop", audience: "clients") })
    }

    private func plan(
        _ program: ProcessDefinition.Program, state: String = "var", secret: String? = "hush, hush",
        _ change: (inout ProcessDefinition) -> Void = { _ in }
    ) -> ProcessPlan {
        var definition = ProcessDefinition(program: program)
        change(&definition)
        return ProcessPlan(
            service: "products", definition: definition, surroundings: surroundings(state: state, secret: secret))
    }

    @Test func `a handler listens on a socket of its own under the state folder`() throws {
        let command = try plan(.handler("catalogue")).command(instance: 1, generation: 0, freePort: nil)
        #expect(
            command.arguments == [
                "/opt/gateway/bin/shop", "catalogue", "--socket", "/srv/var/run/products-1.sock", "--database",
                "/srv/var/products.db",
            ])
        #expect(command.address == .unix(path: "/srv/var/run/products-1.sock"))
        #expect(command.endpointName == "/srv/var/run/products-1.sock")
        #expect(command.directory == "/srv")
    }

    @Test func `a handler with a port listens on loopback, instances on the ports that follow`() throws {
        let plan = plan(.handler("products")) {
            $0.port = 5003
            $0.instances = 2
            $0.database = "/data/p.db"
        }
        let command = try plan.command(instance: 1, generation: 0, freePort: nil)
        #expect(command.arguments.dropFirst(2) == ["--port", "5004", "--database", "/data/p.db"])
        #expect(command.endpointName == "127.0.0.1:5004")
        #expect(command.environment["PORT"] == "5004")
    }

    @Test func `a handler gets the secret by descriptor, never by argument or variable`() throws {
        let command = try plan(.handler("products")).command(instance: 0, generation: 0, freePort: nil)
        #expect(command.environment["SHOP_JWT_SECRET_FD"] == "3")
        #expect(command.environment["SHOP_JWT_ISSUER"] == "shop")
        #expect(command.environment["SHOP_JWT_AUDIENCE"] == "clients")
        #expect(command.secret == Secret("hush, hush"))
        let visible = command.arguments + command.environment.values
        #expect(!visible.contains { $0.contains("hush") })
        #expect(command.specification(launcher: ["x"]).inherited == Array("hush, hush\n".utf8))
        #expect(command.specification(launcher: ["x"]).command.prefix(2) == ["x", "/opt/gateway/bin/shop"])
    }

    @Test func `a command gets no secret, and nothing of the gateway's environment but what is harmless`() throws {
        let plan = plan(.command(["app", "{port}"])) {
            $0.environment = [
                EnvironmentVariable(name: "DB", value: ConfiguredText(value: "pg://x")),
                EnvironmentVariable(name: "URL", value: ConfiguredText(value: "http://localhost:{port}/{other}")),
            ]
        }
        let command = try plan.command(instance: 2, generation: 0, freePort: 4711)
        #expect(command.secret == nil)
        #expect(
            command.environment == [
                "PATH": "/bin", "TZ": "UTC", "DB": "pg://x", "URL": "http://localhost:4711/{other}", "PORT": "4711",
                "GATEWAY_SERVICE": "products", "GATEWAY_INSTANCE": "2",
            ])
    }

    @Test(arguments: [
        (["app", "--port", "{port}"], true, ["app", "--port", "4711"]),
        (["app", "unix:{socket}"], false, ["app", "unix:/srv/var/run/products-0.sock"]),
        (["app", "{port}", "{socket}{socket}"], true, ["app", "4711", "\(Self.socket)\(Self.socket)"]),
        (["{", "{}", "{{port}}", "a{"], true, ["{", "{}", "{4711}", "a{"]),
    ])
    func `placeholders stand for where a command listens`(words: [String], port: Bool, expected: [String]) throws {
        let plan = plan(.command(words))
        #expect(plan.needsFreePort == port)
        let command = try plan.command(instance: 0, generation: 0, freePort: port ? 4711 : nil)
        #expect(command.arguments == expected)
    }

    private static let socket = "/srv/var/run/products-0.sock"

    @Test func `a command may be told by the environment alone`() throws {
        let plan = plan(.command(["app"])) {
            $0.environment = [EnvironmentVariable(name: "LISTEN", value: ConfiguredText(value: "{socket}"))]
        }
        #expect(!plan.needsFreePort)
        let command = try plan.command(instance: 0, generation: 0, freePort: nil)
        #expect(command.environment["LISTEN"] == Self.socket)
        #expect(command.environment["SOCKET"] == Self.socket)
    }

    @Test func `a process and its replacement have different sockets`() throws {
        let paths = try (0..<3).map {
            try plan(.handler("products")).command(instance: 0, generation: $0, freePort: nil).socketPath
        }
        #expect(Set(paths).count == 3)
    }

    @Test func `a socket's path that is too long is refused with its length and a way out`() throws {
        let fits = "/" + String(repeating: "s", count: 106 - "/run/products-0.sock".count)
        _ = try plan(.handler("p"), state: fits).command(instance: 0, generation: 0, freePort: nil)
        let error = #expect(throws: ProcessError.self) {
            _ = try plan(.handler("p"), state: fits + "s").command(instance: 0, generation: 0, freePort: nil)
        }
        #expect(error?.description.contains("108 bytes") == true)
        #expect(error?.description.contains("stateDir") == true)
    }

    @Test func `what does not touch a running process is no change of it`() {
        let before = plan(.handler("products"))
        let alike = plan(.handler("products")) {
            $0.instances = 5
            $0.restart = .never
            $0.stopTimeout = 1
        }
        #expect(before.runsTheSame(as: alike))
        #expect(!before.runsTheSame(as: plan(.handler("products")) { $0.database = "/other" }))
        #expect(!before.runsTheSame(as: plan(.handler("products"), secret: "another")))
        #expect(plan(.command(["a"]), secret: "one").runsTheSame(as: plan(.command(["a"]), secret: "two")))
    }

    @Test func `the configuration says what surrounds processes`() throws {
        let configuration = try ConfigurationFixture.load(
            """
            {\(ConfigurationFixture.jwt) "services": {"up": {"handler": "products"}},
             "routes": [{"name": "a", "match": "/**", "to": "up"}]}
            """)
        let surroundings = ProcessSurroundings(
            configuration: configuration, executable: "/opt/bin/gateway", currentDirectory: "/srv", environment: [:])
        #expect(surroundings.shopExecutable == "/opt/bin/shop")
        #expect(surroundings.stateDirectory == "/srv/var")
        #expect(surroundings.workingDirectory == "/srv")
        #expect(surroundings.identity?.secret == Secret(ConfigurationFixture.secret))
        let service = try #require(configuration.services.first)
        #expect(ProcessPlan(service, surroundings: surroundings)?.service == "up")
    }

    @Test func `the launcher without a program says how it is called`() {
        #expect(ChildLauncher.run([]).exitCode == 2)
        #expect(ChildLauncher.run(["12"]).message.contains("exec-child"))
        #expect(ChildLauncher.prefix(executable: "/g").prefix(2) == ["/g", "exec-child"])
    }
}
