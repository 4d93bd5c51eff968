import Reactor
import Testing

@testable import ServiceKit

@Suite struct LaunchOptionsTests {
    @Test(arguments: [
        ["--socket", "/run/x.sock", "--database", "var/x.db"], ["--database=var/x.db", "--socket=/run/x.sock"],
    ])
    func `a socket and a database are read`(arguments: [String]) throws {
        let options = try LaunchOptions(arguments)
        #expect(options.address == .unix(path: "/run/x.sock"))
        #expect(options.database == "var/x.db")
    }

    @Test func `a port is one of this machine only`() throws {
        let options = try LaunchOptions(["--port", "5003", "--database", "x.db"])
        #expect(options.address.description == "127.0.0.1:5003")
    }

    @Test(
        arguments: [
            ([], "--database"), (["--database", "x"], "--socket"),
            (["--port", "1", "--socket", "y", "--database", "x"], "one of"),
            (["--port", "70000", "--database", "x"], "70000"), (["--port", "-1", "--database", "x"], "-1"),
            (["--port"], "needs a value"), (["--port=", "--database", "x"], "needs a value"), (["--what"], "--what"),
            (["--database", "x", "--database", "y"], "twice"),
            (["--socket", String(repeating: "x", count: 108), "--database", "x"], "107"),
        ] as [([String], String)])
    func `bad arguments are named`(arguments: [String], part: String) {
        let error = #expect(throws: LaunchError.self) { _ = try LaunchOptions(arguments) }
        #expect(error?.description.contains(part) == true)
    }
}

@Suite struct BlockingWorkTests {
    @Test func `a few run at once, some wait, and more are refused`() async throws {
        let work = BlockingWork(width: 2, limit: 3)
        let gate = Gate()
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        try await work.run { gate.pass() }
                        return false
                    } catch {
                        return (error as? Problem)?.status == 503
                    }
                }
            }
            var refused = 0
            for await wasRefused in group {
                if wasRefused { refused += 1 }
                if refused == 7 { gate.open() }
            }
            return refused
        }
        #expect(refused == 7)
        #expect(gate.mostAtOnce <= 2)
        #expect(try await work.run { 7 } == 7)
    }
}
