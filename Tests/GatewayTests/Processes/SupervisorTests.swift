import Bytes
import Foundation
import Policy
import Reactor
import Telemetry
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(2))) struct SupervisorTests {
    typealias Harness = SupervisorHarness

    @Test func `a process that dies is started again, and its end is told`() async throws {
        try await Harness.run { harness in
            harness.apply(script: "echo one >&2; echo two >&2; exit 7 # {port}")
            let status = try await harness.process { $0.restarts >= 3 && $0.isCrashLooping }
            #expect(status.lastExit == "exit code 7")
            #expect(status.lastErrors == ["one", "two"])
            let log = harness.log
            #expect(log.contains(#""process":"app/0","stream":"stderr","line":"one""#))
            #expect(log.contains("process keeps ending"))
            #expect(harness.service.endpoints.allSatisfy { $0.health == .down })
        }
    }

    @Test func `a process that was killed is back, on the port that it had, and in rotation`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{port}"]) { $0.instances = 2 }
            let first = try await harness.process { $0.isAccepting }
            try await harness.process(1) { $0.isAccepting }
            let endpoint = try #require(harness.service.endpoints.first { $0.name == first.address })
            #expect(endpoint.health == .up)
            kill(try #require(first.pid), SIGKILL)
            let second = try await harness.process { $0.restarts == 1 && $0.isAccepting }
            #expect(second.lastExit == "signal 9")
            #expect(second.pid != first.pid)
            #expect(second.address == first.address)
            #expect(harness.service.endpoints.contains { $0 === endpoint })
            #expect(endpoint.health == .up)
            #expect(harness.processes[1].restarts == 0)
        }
    }

    @Test func `an endpoint that is checked comes back by the check alone`() async throws {
        try await Harness.run(checked: true) { harness in
            harness.apply(Harness.server + ["{socket}"])
            try await harness.process { $0.isAccepting }
            let endpoint = try #require(harness.service.endpoints.first)
            #expect(endpoint.health == .unknown)
            harness.service.recordActiveCheck(endpoint, passed: true, now: harness.loop.now)
            #expect(endpoint.health == .up)
            kill(try #require(harness.processes[0].pid), SIGKILL)
            try await harness.process { $0.restarts == 1 && $0.isAccepting }
            #expect(endpoint.health == .down)
        }
    }

    @Test func `a process has the environment that it was given and no other`() async throws {
        try await Harness.run { harness in
            harness.apply(["/bin/sh", "-c", "env >&2; pwd >&2; exit 1", "{port}"]) {
                $0.environment = [EnvironmentVariable(name: "COLOUR", value: ConfiguredText(value: "green"))]
            }
            let status = try await harness.process { $0.lastExit != nil }
            let names = status.lastErrors.compactMap { $0.split(separator: "=").first.map(String.init) }
            // The shell adds a few of its own.
            let given = Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_", harness.folder.path])
            #expect(given == ["PATH", "PORT", "GATEWAY_SERVICE", "GATEWAY_INSTANCE", "COLOUR"])
            #expect(status.lastErrors.last == harness.folder.path)
        }
    }

    @Test func `a handler reads its secret from descriptor 3, and it is nowhere else`() async throws {
        try await Harness.run { harness in
            let shop = harness.folder.appending(path: "shop")
            try """
            #!/bin/sh
            cat <&3 >"$0.secret"
            tr '\\0' '\\n' </proc/$$/cmdline >"$0.seen"
            env >>"$0.seen"
            exec sleep 1000

            """.write(to: shop, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: shop.path)
            let surroundings = ProcessSurroundings(
                stateDirectory: harness.folder.appending(path: "var").path, workingDirectory: harness.folder.path,
                shopExecutable: shop.path, currentDirectory: "/", environment: ["PATH": "/bin:/usr/bin"],
                identity: HandlerIdentity(secret: Secret("sesame"), issuer: "me", audience: nil))
            let definition = ProcessDefinition(program: .handler("products"))
            harness.apply(ProcessPlan(service: "app", definition: definition, surroundings: surroundings))
            func text(_ suffix: String) -> String {
                (try? String(contentsOfFile: shop.path + suffix, encoding: .utf8)) ?? ""
            }
            #expect(await harness.becomes { text(".seen").contains("SHOP_JWT_ISSUER=me") })
            #expect(text(".secret") == "sesame\n")
            #expect(text(".seen").contains("--socket\n\(harness.folder.path)/var/run/app-0.sock\n--database\n"))
            #expect(!text(".seen").contains("sesame"))
            let attributes = try FileManager.default.attributesOfItem(atPath: harness.folder.path + "/var/run")
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func `a program that does not exist is a state, not the end of the gateway`() async throws {
        try await Harness.run { harness in
            harness.apply(["/no/such/program", "{port}"])
            let status = try await harness.process { $0.restarts >= 1 }
            #expect(status.pid == nil)
            #expect(status.lastExit == "not started")
            #expect(status.lastErrors.first?.contains("cannot run /no/such/program") == true)
            #expect(harness.log.contains("/no/such/program"))
        }
    }

    @Test func `a state folder that cannot be used is said with its path`() async throws {
        try await Harness.run { harness in
            let file = harness.folder.appending(path: "file")
            try "".write(to: file, atomically: true, encoding: .utf8)
            harness.apply(["/bin/true", "{port}"], state: file.path + "/var")
            let status = try await harness.process { $0.state == .backingOff }
            #expect(status.lastErrors.first?.contains("cannot use the folder \(file.path)") == true)
            #expect(throws: ProcessError.self) {
                try Supervisor.prepare(harness.surroundings(state: file.path + "/var"))
            }
        }
    }

    @Test func `what a process leaves behind goes with it`() async throws {
        try await Harness.run { harness in
            harness.apply(script: "sleep 1000 & echo $! >&2; exit 1 # {port}") { $0.restart = .never }
            let status = try await harness.process { $0.state == .stopped }
            let orphan = try #require(status.lastErrors.first.flatMap { Int32($0) })
            #expect(await harness.becomes { !Harness.exists(orphan) })
        }
    }

    @Test func `stopping tells all at once, waits, and kills the stubborn with their groups`() async throws {
        try await Harness.run { harness in
            harness.apply(script: "trap '' TERM; (trap '' TERM; sleep 1000) & while :; do sleep 1; done # {port}") {
                $0.instances = 3
                $0.stopTimeout = 300_000_000
            }
            for instance in 0..<3 { try await harness.process(instance) { $0.state == .running } }
            let pids = harness.processes.compactMap(\.pid)
            // The traps are set once the shells have children.
            #expect(await harness.becomes { pids.allSatisfy { !Self.children(of: $0).isEmpty } })
            let children = pids.flatMap { Self.children(of: $0) }
            let before = harness.loop.readClock()
            await harness.supervisor.stopAll(by: harness.loop.now + 60_000_000_000)
            #expect(harness.loop.readClock() - before < 2_000_000_000)
            #expect(await harness.becomes { !(pids + children).contains { Harness.exists($0) } })
            #expect(harness.processes.allSatisfy { $0.state == .stopped && $0.lastExit == "signal 9" })
        }
    }

    @Test func `a process that stops in time is asked and not killed`() async throws {
        try await Harness.run { harness in
            harness.apply(script: "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done # {port}")
            #expect(await harness.becomes { harness.log.contains("ready") })
            await harness.supervisor.stopAll(by: harness.loop.now + 10_000_000_000)
            #expect(harness.processes.map(\.lastExit) == ["exit code 0"])
            harness.apply(script: "exit 0 # {port}")
            #expect(harness.processes.map(\.state) == [.stopped])
        }
    }

    private static func children(of pid: Int32) -> [Int32] {
        let path = "/proc/\(pid)/task/\(pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}
