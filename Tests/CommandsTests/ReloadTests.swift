import Gateway
import Glibc
import Testing

@testable import Commands

@Suite struct ReloadTests {
    private func answer(_ json: String) throws -> ReloadAnswer { try #require(ReloadAnswer(Array(json.utf8))) }

    private func describe(_ json: String) throws -> CommandOutcome {
        ReloadCommand.describe(try answer(json), in: Fixture.context())
    }

    @Test func `a reload is told with its effect`() throws {
        let outcome = try describe(
            #"{"result":"reloaded","generation":3,"changes":["route a added"],"errors":[],"warnings":["w"]}"#)
        #expect(outcome.output == "reloaded, generation 3 is in force:\n  route a added\n")
        #expect(outcome.errors == "w\n")
        #expect(outcome.exitCode == 0)
    }

    @Test func `a refusal is a failure, with every error`() throws {
        let outcome = try describe(
            #"{"result":"refused","generation":2,"changes":[],"errors":["routes.json:1:2: error: no","more"],"warnings":[]}"#
        )
        #expect(outcome.errors == "routes.json:1:2: error: no\nmore\nrefused: generation 2 stays in force\n")
        #expect(outcome.exitCode == 1)
    }

    @Test func `a file that says what is in force is no failure`() throws {
        #expect(try describe(#"{"result":"unchanged","generation":2}"#).exitCode == 0)
    }

    @Test(arguments: ["", "{}", "[]", #"{"result":"done","generation":1}"#, #"{"result":"reloaded"}"#])
    func `what is no answer is none`(json: String) {
        #expect(ReloadAnswer(Array(json.utf8)) == nil)
    }

    @Test(arguments: [
        (#"{"listen": {"admin": "10.0.0.1:99"}, "nonsense": true}"#, "10.0.0.1:99"), ("{}", "127.0.0.1:9901"),
        (#"{"listen": {"admin": "unix:/run/a.sock"}}"#, "unix:/run/a.sock"), (#"{"listen": {"admin": "off"}}"#, nil),
    ])
    func `the address is found in a file that is wrong elsewhere`(text: String, expected: String?) throws {
        let address = try ListenSettings.adminAddress(
            in: Array(text.utf8), file: "routes.json", environment: Fixture.context().environment)
        #expect(address.map { "\($0)" } == expected)
    }

    @Test func `a gateway that does not run is said`() throws {
        let outcome = Fixture.run("reload", "--admin", "unix:/no/such/socket")
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors == "error: no gateway is running at unix:/no/such/socket (No such file or directory)\n")
    }

    @Test func `an address that is none is told`() {
        #expect(Fixture.run("reload", "--admin", "here").exitCode == 2)
    }

    @Test(arguments: [false, true])
    func `the gateway is asked over TCP and over a Unix socket`(isUnix: Bool) throws {
        let body = #"{"result":"reloaded","generation":7,"changes":[],"errors":[],"warnings":[]}"#
        let server = try OneAnswer(
            isUnix: isUnix, "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        let outcome = Fixture.run("reload", "--admin", server.address)
        #expect(outcome.output == "reloaded, generation 7 is in force, nothing is different\n", "\(outcome.errors)")
        #expect(server.request().hasPrefix("POST /reload HTTP/1.1\r\nHost: localhost\r\n"))
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", "not in HTTP"), ("HTTP/1.1 404 Not Found\r\n\r\nno", "answered 404"), ("", "not in HTTP"),
    ])
    func `something else at the address is told`(answer: String, message: String) throws {
        let server = try OneAnswer(isUnix: false, answer)
        let outcome = Fixture.run("reload", "--admin", server.address)
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `a gateway that does not answer is waited for no longer than that`() throws {
        let server = try OneAnswer(isUnix: false, nil)
        let client = AdminClient(address: try #require(ListenAddress(server.address)), patience: 50)
        #expect(throws: AdminError.timedOut) { try client.post("/reload") }
    }
}
