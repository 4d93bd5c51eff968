import Testing

@testable import Commands

@Suite struct CheckTests {
    @Test func `a good file is said to be good, with what is in it`() {
        let outcome = Fixture.run("check")
        #expect(outcome.output == "routes.json: good, 5 routes, 2 services\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.exitCode == 0)
    }

    @Test func `all mistakes are told at once, each with its place`() {
        let text = """
            {"services": {"up": {"targets": "ftp://127.0.0.1:9"}},
             "routes": [{"name": "a", "match": "GET /a", "to": "upp", "timout": "5s"},
                        {"name": "b", "match": "/b", "to": "up", "timeout": 5, "auth": "none"}]}
            """
        let outcome = Fixture.run("check", "other.json", files: ["other.json": text])
        #expect(
            outcome.errors == """
                other.json:1:33: error: "ftp://127.0.0.1:9" is not a target; write it like "http://127.0.0.1:9001" or "unix:/path" [services.up.targets]
                other.json:2:52: error: unknown service "upp"; did you mean "up"? [routes[0].to]
                other.json:2:59: error: unknown key "timout"; did you mean "timeout"? [routes[0].timout]
                other.json:3:65: error: a duration needs a unit, 5 has none; write it like "5s" [routes[1].timeout]
                other.json: 4 errors

                """)
        #expect(outcome.output.isEmpty)
        #expect(outcome.exitCode == 1)
    }

    @Test func `a warning does not fail`() {
        let text =
            #"{"services": {"up": {"targets": "http://127.0.0.1:9"}}, "routes": [{"name": "a", "match": "/a", "respond": {"status": 204}}]}"#
        let outcome = Fixture.run("check", "-c", "w.json", files: ["w.json": text])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "w.json: good, 1 route, 1 service, 1 warning\n")
        #expect(outcome.errors.contains("warning: no route uses the service \"up\""))
    }

    @Test func `the tests of the file are run`() {
        let tests = #""tests": [{"request": "GET /ping", "expect": {"route": "ping", "status": 204}}],"#
        let good = Fixture.routes.replacing(#""services""#, with: tests + #" "services""#)
        #expect(Fixture.run("check", files: ["routes.json": good]).output.contains("1 test passed"))
        let bad = good.replacing("204}}],", with: "404}}],")
        let outcome = Fixture.run("check", files: ["routes.json": bad])
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("GET /ping matches \"ping\" and is answered with 204, not with 404"))
    }

    @Test func `a file that is missing is said by name`() {
        let outcome = Fixture.run("check", "/no/such.json")
        #expect(
            outcome
                == CommandOutcome(
                    exitCode: 1, errors: "error: /no/such.json cannot be read: No such file or directory\n"))
    }

    @Test func `certificates that would not do are told before a start is tried`() {
        let files = ["certs/gateway.pem": "nonsense", "certs/gateway.key": "nonsense"]
        let outcome = Fixture.run("check", files: files)
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("routes.json: error: listen.tls: "))
    }

    @Test func `half a pair of certificates is told`() {
        let outcome = Fixture.run("check", files: ["certs/gateway.pem": "nonsense"])
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("certs/gateway.key cannot be read"))
    }

    @Test func `secrets are in no output`() {
        for command in [["check"], ["routes"], ["explain", "GET", "https://shop.test/api/orders/7"]] {
            let outcome = GatewayCommand.run(command, in: Fixture.context())
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains(Fixture.secret))
            #expect(!(outcome.output + outcome.errors).contains("swordfish"))
        }
    }
}
