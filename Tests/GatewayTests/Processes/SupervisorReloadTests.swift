import Bytes
import Foundation
import Policy
import Reactor
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(2))) struct SupervisorReloadTests {
    typealias Harness = SupervisorHarness

    private func variable(_ value: String) -> [EnvironmentVariable] {
        [EnvironmentVariable(name: "VERSION", value: ConfiguredText(value: value))]
    }

    /// A port that nobody uses, once this has returned.
    private static func freePort() throws -> UInt16? {
        let any = SocketAddress.ipv4(InternetAddress(ipv4: 0x7F00_0001), port: 0)
        let socket = try Listener.open(any, isShared: false, backlog: 1)
        return try Listener.address(of: socket).port
    }

    @Test func `an unchanged definition keeps its process`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{port}"])
            let before = try await harness.process { $0.isAccepting }
            harness.apply(Harness.server + ["{port}"]) { $0.stopTimeout = 5 }
            await harness.loop.sleep(for: 1)
            #expect(harness.processes == [before])
        }
    }

    @Test func `a changed definition is served without a gap, by sockets of their own`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{socket}"])
            let before = try await harness.process { $0.isAccepting }
            let pid = try #require(before.pid)
            harness.apply(Harness.server + ["{socket}"]) { $0.environment = self.variable("2") }
            var isServed = true
            let isReplaced = await harness.becomes {
                isServed = isServed && harness.service.endpoints.contains { $0.health == .up && !$0.isDraining }
                return !Harness.exists(pid)
            }
            #expect(isReplaced)
            #expect(isServed)
            let after = try await harness.process { $0.isAccepting }
            #expect(after.address != before.address)
            #expect(await harness.becomes { harness.service.endpoints.map(\.name) == [after.address] })
            #expect(!FileManager.default.fileExists(atPath: before.address ?? ""))
        }
    }

    @Test func `on a fixed port the old process leaves before the new one comes`() async throws {
        try await Harness.run { harness in
            let port = try Self.freePort()
            harness.apply(Harness.server) { $0.port = port }
            let before = try await harness.process { $0.isAccepting }
            harness.apply(Harness.server) {
                $0.port = port
                $0.environment = self.variable("2")
            }
            let after = try await harness.process { $0.pid != before.pid && $0.isAccepting }
            #expect(after.address == before.address)
            #expect(after.lastExit == nil)
            #expect(harness.service.endpoints.map(\.health) == [.up])
        }
    }

    @Test func `the number of instances follows the definition`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{socket}"]) { $0.instances = 3 }
            for instance in 0..<3 { try await harness.process(instance) { $0.isAccepting } }
            let before = harness.processes
            harness.apply(Harness.server + ["{socket}"])
            #expect(await harness.becomes { harness.service.endpoints.count == 1 })
            #expect(harness.processes == [before[0]])
            harness.apply(Harness.server + ["{socket}"]) { $0.instances = 2 }
            try await harness.process(1) { $0.isAccepting }
            #expect(harness.service.endpoints.count == 2)
        }
    }

    @Test func `a service that goes takes its processes along, once its requests are done`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{port}"])
            let pid = try #require(try await harness.process { $0.isAccepting }.pid)
            let endpoint = try #require(harness.service.endpoints.first)
            #expect(endpoint.enter(limit: nil))
            harness.supervisor.apply([])
            #expect(harness.supervisor.board.all.isEmpty)
            #expect(endpoint.isDraining)
            #expect(Harness.exists(pid))
            endpoint.leave()
            #expect(await harness.becomes { !Harness.exists(pid) })
            #expect(await harness.becomes { harness.service.endpoints.isEmpty })
        }
    }

    @Test func `a replacement that never serves replaces nevertheless, after its time`() async throws {
        try await Harness.run({ $0.replacementTimeout = 100_000_000 }) { harness in
            harness.apply(Harness.server + ["{port}"])
            let pid = try #require(try await harness.process { $0.isAccepting }.pid)
            harness.apply(script: "exit 3 # {port}")
            #expect(await harness.becomes { !Harness.exists(pid) })
            #expect(harness.log.contains("replacement does not serve"))
            try await harness.process { $0.lastExit == "exit code 3" }
        }
    }

    @Test func `stopping in the middle of a replacement stops both`() async throws {
        try await Harness.run { harness in
            harness.apply(Harness.server + ["{port}"])
            let old = try #require(try await harness.process { $0.isAccepting }.pid)
            harness.apply(["sleep", "1000"]) { $0.environment = [.init(name: "P", value: .init(value: "{port}"))] }
            let new = try #require(try await harness.process { $0.pid != nil && $0.pid != old }.pid)
            #expect(Harness.exists(old))
            await harness.supervisor.stopAll(by: harness.loop.now + 5_000_000_000)
            #expect(await harness.becomes { !Harness.exists(old) && !Harness.exists(new) })
        }
    }
}
