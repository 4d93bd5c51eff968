import Policy
import Testing

@testable import Gateway

/// Where services ask each other: what the file says of it, and what holds when it says nothing.
@Suite struct InternalListenerConfigurationTests {
    private func configuration(_ listen: String, services: String = #""up": {"handler": "up"}"#) throws -> Configuration
    {
        let text = """
            {"listen": {\(listen)}, "stateDir": "/s", "defaults": {"timeout": "3s", "retries": 2, "bodyLimit": "2KiB"},
             "services": {\(services)}, "routes": [{"name": "a", "match": "/**", "to": "up", "retries": 0}]}
            """
        return try ConfigurationFixture.load(text)
    }

    private func problems(listen: String, services: String = #""up": {"handler": "up"}"#, route: String = "a")
        -> [String]
    {
        ConfigurationFixture.problems(
            """
            {"listen": {\(listen)}, "services": {\(services)},
             "routes": [{"name": "\(route)", "match": "/**", "to": "up"}]}
            """)
    }

    @Test(arguments: [
        ("", #""up": {"handler": "up"}"#, "unix:/s/run/internal.sock"),
        ("", #""up": {"run": ["x", "{port}"]}"#, "unix:/s/run/internal.sock"),
        ("", #""up": {"targets": "http://127.0.0.1:1"}"#, nil),
        (#""internal": "off""#, #""up": {"handler": "up"}"#, nil),
        (#""internal": "127.0.0.1:9902""#, #""up": {"targets": "http://127.0.0.1:1"}"#, "127.0.0.1:9902"),
        (#""internal": "unix:/run/i.sock""#, #""up": {"handler": "up"}"#, "unix:/run/i.sock"),
    ])
    func `it listens where the file says, or beside the sockets of processes`(
        listen: String, services: String, address: String?
    ) throws {
        let configuration = try configuration(listen, services: services)
        #expect(configuration.listen.internal?.description == address)
        #expect(configuration.internalRoutes.isEmpty == (address == nil))
    }

    @Test func `each service has a route with the defaults of time, tries and size`() throws {
        let services = #""up": {"handler": "up"}, "Other_1.x": {"targets": "http://127.0.0.1:1"}"#
        let routes = try configuration("", services: services).internalRoutes
        #expect(routes.map { "\($0.pattern)" } == ["up.internal/**", "other_1.x.internal/**"])
        for route in routes {
            #expect(route.name == "internal")
            #expect(route.timeouts.total == 3_000_000_000)
            #expect(route.retry.count == 2)
            #expect(route.bodyLimit == 2048)
            #expect(route.auth.mode == .none)
            #expect(route.rateLimits.isEmpty)
        }
    }

    @Test(arguments: [":9902", "*:9902", "0.0.0.0:9902", "[::]:9902", "10.1.2.3:9902", "example.com:9902"])
    func `an address that others can reach is refused`(address: String) {
        let problems = problems(listen: #""internal": "\#(address)""#)
        #expect(problems.count == 1)
        #expect(problems.first?.contains("without a token") == true, "\(problems)")
    }

    @Test(arguments: ["127.0.0.1:0", "127.1.2.3:9902", "[::1]:9902", "localhost:9902", "unix:i.sock", "off"])
    func `an address of this machine is taken`(address: String) {
        #expect(problems(listen: #""internal": "\#(address)""#) == [])
    }

    @Test func `its address is nobody else's`() {
        let problems = problems(listen: #""internal": "127.0.0.1:9901""#)
        #expect(problems.count == 1)
        #expect(problems.first?.contains("listen.internal and listen.admin both want") == true, "\(problems)")
    }

    @Test func `no route may have the name that logs use`() {
        let problems = problems(listen: "", route: "internal")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("stands for requests between services") == true, "\(problems)")
    }

    @Test func `two services cannot have one host`() {
        let services = #""up": {"handler": "up"}, "UP": {"handler": "up"}"#
        let found = problems(listen: "", services: services)
        #expect(found.count == 1)
        #expect(found.first?.contains(#"the host "up.internal" stands for the service "up" too"#) == true, "\(found)")
        #expect(problems(listen: #""internal": "off""#, services: services).allSatisfy { $0.contains("warning") })
    }

    @Test func `a socket whose path is too long is an error that says what to do`() {
        let folder = "/" + String(repeating: "x", count: 100)
        let problems = ConfigurationFixture.problems(
            """
            {"stateDir": "\(folder)", "services": {"up": {"run": ["x", "{port}"]}},
             "routes": [{"name": "a", "match": "/**", "to": "up"}]}
            """)
        #expect(problems.count == 1)
        #expect(problems.first?.contains("listen.internal") == true, "\(problems)")
    }

    @Test func `a service that only others use is not called unused`() {
        let services = #""up": {"handler": "up"}, "stock": {"handler": "stock"}"#
        #expect(problems(listen: "", services: services) == [])
        #expect(problems(listen: #""internal": "off""#, services: services).count == 1)
    }

    @Test func `the table of routes names it once`() throws {
        let configuration = try configuration("")
        #expect(configuration.routeRows.map { $0[0] } == ["a", "internal"])
        #expect(configuration.effectiveTable.contains("NAME.internal/** at unix:/s/run/internal.sock"))
    }
}
