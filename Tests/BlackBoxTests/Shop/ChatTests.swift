import Foundation
import Testing

/// The published clients of Socket.IO talk about tickets, with the repository's own routes.json and the real service.
@Suite(.enabled(if: Places.hasPyPI, "PyPI is out of reach")) struct ChatTests {
    static let gateway = Result<GatewayProcess, any Error> {
        try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
    }

    private func token(_ gateway: GatewayProcess, _ subject: String, role: String? = nil) throws -> String {
        let command =
            try role.map { try gateway.command("token", "--sub", subject, "--role", $0) }
            ?? gateway.command("token", "--sub", subject)
        return command.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func openTicket(_ gateway: GatewayProcess, _ token: String) throws -> Int {
        let made = try gateway.curl("POST", "/tickets", token: token, json: #"{"subject": "Lamp", "message": "dark"}"#)
        #expect(made.status == 201)
        return try #require(made.json["id"].int)
    }

    private func say(_ gateway: GatewayProcess, _ body: String, ticket: Int, token: String) throws {
        let answer = try gateway.curl(
            "POST", "/tickets/\(ticket)/messages", token: token, json: #"{"body": "\#(body)"}"#)
        #expect(answer.status == 201)
    }

    @Test(arguments: ["polling", "websocket", "polling,websocket"])
    func `a customer and an agent talk about a ticket, and nobody else hears it`(transport: String) throws {
        let gateway = try Self.gateway.get()
        let (customer, agent) = (try token(gateway, "71"), try token(gateway, "72", role: "admin"))
        let ticket = try openTicket(gateway, customer)
        let clients = try ChatPeer(
            "talk", of: gateway, transport: transport, "--ticket", "\(ticket)", "--customer", customer, "--agent",
            agent, "--stranger", try token(gateway, "73"))
        try clients.wait(for: "ready")
        try say(gateway, "by REST", ticket: ticket, token: agent)
        #expect(try gateway.curl("PUT", "/tickets/\(ticket)/close", token: agent, json: "{}").status == 200)
        let result = try clients.result()

        let expected = transport == "polling" ? "polling" : "websocket"
        #expect(result["transports"].array.map(\.string) == [expected, expected])
        #expect(result["joined"].array.allSatisfy { $0["ok"].bool == true && $0["ticket"]["id"].int == ticket })
        #expect(result["stranger"].array.map { $0["error"]["status"].int } == [404, 404, 404, 404])
        #expect(result["stranger_heard"].array.isEmpty)
        #expect(
            result["wrong"].array.map { $0["error"]["code"].string } == [
                "invalid-fields", "unknown-event", "malformed-event", "invalid-fields",
            ])
        #expect(result["typing"].array.map { $0["user_id"].string } == ["71"])
        #expect(result["customer_typing"].array.isEmpty)
        #expect(result["said"]["message"]["body"].string == "Grüße 😀")
        #expect(result["answered"]["message"]["from_support"].bool == true)
        let lines = ["Grüße 😀", "hello"] + (0..<20).map { "line \($0)" }
        for heard in result["heard"].array { #expect(heard.array.compactMap(\.string) == lines) }
        #expect(result["error"].array.first?["error"]["code"].string == "invalid-fields")
        #expect(result["rest"].array.map { $0["body"].string } == ["by REST", "by REST"])
        #expect(result["closed"].array.map { $0.array.first?["ticket_id"].int } == [ticket, ticket])
        #expect(result["late"]["error"]["code"].string == "ticket-closed")

        let stored = try gateway.curl("/tickets/\(ticket)", token: customer).json["messages"].array
        #expect(stored.compactMap { $0["body"].string } == ["dark"] + lines + ["by REST"])
    }

    @Test func `the service's WebSockets are those of RFC 6455, and not compressed`() throws {
        let result = try ChatPeer("raw", of: Self.gateway.get(), transport: "websocket").result()
        #expect(result["extensions"].int == 0 && result["pong"].bool == true)
        #expect(result["open"]["upgrades"].array.isEmpty && result["open"]["maxPayload"].int == 1_000_000)
        #expect(result["connect"].string?.hasPrefix("44{") == true)
        #expect(result["code"].int == 4321)
        #expect(result["codes"].array.map(\.int) == [1003, 1002, 1009])
    }

    @Test(arguments: ["polling", "websocket"])
    func `who has no good token is not let in`(transport: String) throws {
        let gateway = try Self.gateway.get()
        let none = try ChatPeer("refused", of: gateway, transport: transport).result()
        #expect(none["refused"].string != nil)
        #expect(none["data"].array.first?["data"]["code"].string == "unauthenticated", "\(none)")
        let wrong = try ChatPeer(
            "refused", of: gateway, transport: transport, "--customer", try Token.good(subject: "71")
        ).result()
        #expect(wrong["data"].array.first?["data"]["code"].string == "invalid-token", "\(wrong)")
    }

    @Test(arguments: ["polling", "websocket"])
    func `clients come back by themselves after the service was killed, and miss nothing`(transport: String) throws {
        let gateway = try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
        let (customer, agent) = (try token(gateway, "71"), try token(gateway, "72", role: "admin"))
        let ticket = try openTicket(gateway, customer)
        let client = try ChatPeer(
            "hold", of: gateway, transport: transport, "--ticket", "\(ticket)", "--customer", customer)
        try client.wait(for: #"["joined", true]"#)
        try say(gateway, "one", ticket: ticket, token: agent)
        try client.wait(for: #"["message", "one"]"#)
        let victim = try #require(gateway.children(with: "support").first)
        kill(victim, SIGKILL)
        try client.wait(for: #"["joined", true]"#, count: 2)
        try say(gateway, "two", ticket: ticket, token: agent)
        try client.wait(for: #"["message", "two"]"#)
        // And once more, as a deployment does it.
        kill(try #require(gateway.children(with: "support").first), SIGTERM)
        #expect(
            try becomesTrue(within: 30) {
                try gateway.curl("POST", "/tickets/\(ticket)/messages", token: agent, json: #"{"body": "bye"}"#).status
                    == 201
            })
        #expect(try client.result()["ended"].bool == true)
        let messages = client.all.filter { $0.array.first?.string == "message" }.map { $0.array[1].string }
        #expect(Set(messages) == ["dark", "one", "two", "bye"])
    }
}
