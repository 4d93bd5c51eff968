import Bytes
import HTTP
import Reactor
import Telemetry
import Testing
import Transport

@testable import Gateway

/// What HTTP/2 clients do wrong is counted and logged.
struct MisconductWatchTests {
    @Test func `a connection that ended for what its client did is counted and logged`() async throws {
        try await withGateway(oneRoute(), upstream: { _, _ in }) { gateway in
            let peer = try #require(SocketAddress(ip: "192.0.2.7", port: 1234))
            gateway.server.onMisconduct?(.violation(.rapidReset), peer)
            gateway.server.onMisconduct?(.malformed(.connectionField), peer)
            #expect(gateway.violations == ["rapid_reset": 1])
            #expect(gateway.malformed == ["connection_field": 1])
            // Malformed requests are logged at `debug`, which is off.
            let lines = try gateway.logLines()
            #expect(lines.count == 1)
            #expect(lines.first?["level"] as? String == "info")
            #expect(lines.first?["clientIp"] as? String == "192.0.2.7")
            #expect(lines.first?["reason"] as? String == "rapid_reset")
            #expect(lines.first?["unsaid"] as? Int == 0)
        }
    }

    @Test func `an attack is seen in the log and does not fill it`() {
        var budget = LineBudget(linesPerSecond: 3)
        let start = Instant(nanoseconds: 5_000_000_000)
        let first = (0..<10).map { budget.take(at: start + UInt64($0) * 1_000_000) }
        #expect(first == [0, 0, 0, nil, nil, nil, nil, nil, nil, nil])
        let second = (0..<4).map { _ in budget.take(at: start + 1_000_000_000) }
        #expect(second == [7, 0, 0, nil])
        let third = budget.take(at: start + 3_000_000_000)
        #expect(third == 1)
    }
}
