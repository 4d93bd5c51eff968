import Bytes
import Reactor
import Testing

@Suite struct ListenerTests {
    @Test func `whoever was connected when a listener closes is still accepted`() async throws {
        let accepted = try await onLoop { loop in
            let listener = try Listener(
                Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: true), on: loop,
                onExhaustion: { _ in })
            var clients: [Watcher] = []
            for _ in 0..<5 {
                clients.append(
                    try await Connector.connect(to: listener.address, on: loop, until: loop.now + 5_000_000_000))
            }
            nonisolated(unsafe) var accepted = 0
            listener.close()
            await listener.run { _, _ in accepted += 1 }
            clients.forEach { $0.close() }
            return accepted
        }
        #expect(accepted == 5)
    }
}
