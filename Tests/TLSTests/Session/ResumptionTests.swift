import Bytes
import Testing

@testable import TLS

@Suite struct ResumptionTests {
    let hours = Duration.seconds(3600).nanoseconds
    let start = Instant(nanoseconds: 1_000_000)

    /// Connects, lets the ticket arrive, and answers whether the session was resumed.
    func connect(_ server: TLSServerContext, _ client: TLSClientContext, _ name: String = "localhost") throws -> Bool {
        var pair = try SessionPair(server: server, client: client, hostname: name)
        try pair.open()
        #expect(try pair.serverSays("hello") == "hello")
        let (atServer, atClient) = (pair.server.isResumed, pair.client.isResumed)
        #expect(atServer == atClient)
        return atServer
    }

    @Test(arguments: [true, false])
    func `a second connection resumes, on another context and with another certificate`(newest: Bool) throws {
        let keys = try TicketKeyRing(now: start)
        let client = try Credentials.client()
        if !newest { client.limitToVersion12() }
        #expect(try !connect(Credentials.server(ticketKeys: keys), client))
        #expect(try connect(Credentials.server(ticketKeys: keys), client))
        let renewed = try Credentials.server([Credentials.shared.api], ticketKeys: keys)
        #expect(try connect(renewed, client))
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `sessions are kept for names and for addresses`(name: String) throws {
        let keys = try TicketKeyRing(now: start)
        let (server, client) = try (Credentials.server(ticketKeys: keys), Credentials.client())
        #expect(try !connect(server, client, name))
        #expect(try connect(server, client, name))
    }

    @Test(arguments: [true, false])
    func `tickets outlive one rotation of the keys and are renewed, and die with the second`(newest: Bool) throws {
        let keys = try TicketKeyRing(now: start)
        let (server, client) = try (Credentials.server(ticketKeys: keys), Credentials.client())
        let idle = try Credentials.client()
        if !newest { for client in [client, idle] { client.limitToVersion12() } }
        #expect(try !connect(server, client))
        #expect(try !connect(server, idle))
        #expect(!keys.rotate(now: start + 11 * hours))
        #expect(keys.rotate(now: start + 12 * hours))
        #expect(try connect(server, client))
        #expect(keys.rotate(now: start + 24 * hours))
        // OpenSSL as a client of 1.2 keeps using its first ticket.
        #expect(try connect(server, client) == newest)
        #expect(try !connect(server, idle))
    }

    @Test func `keys of another ring do not open tickets`() throws {
        let client = try Credentials.client()
        #expect(try !connect(Credentials.server(ticketKeys: TicketKeyRing(now: start)), client))
        #expect(try !connect(Credentials.server(ticketKeys: TicketKeyRing(now: start)), client))
    }

    @Test(arguments: [true, false])
    func `without keys nothing resumes`(newest: Bool) throws {
        let (server, client) = try (Credentials.server(), Credentials.client())
        if !newest { client.limitToVersion12() }
        #expect(try !connect(server, client))
        #expect(try !connect(server, client))
    }
}
