import Foundation
import HTTP
import ServiceKit
import Testing

@testable import Shop

/// The chat over long polling, which needs no socket.
@Suite struct TicketChatTests {
    private let alice = Caller(subject: "1")

    private struct Peer {
        let service: TestService
        let sid: String

        init(_ service: TestService) async {
            self.service = service
            let open = await Self.ask(service, .get, "")
            let json = try? JSONSerialization.jsonObject(with: Data(open.text.utf8.dropFirst())) as? [String: Any]
            sid = json?["sid"] as? String ?? ""
        }

        static func ask(_ service: TestService, _ method: HTTP.Method, _ sid: String, _ body: String = "") async
            -> Answer
        {
            let query = "EIO=4&transport=polling" + (sid.isEmpty ? "" : "&sid=" + sid)
            return Answer(
                await service.service.respond(
                    to: ServiceRequest(method, "/socket.io/", query: query, body: Array(body.utf8))))
        }

        /// Sends packets and returns what is to be heard after that.
        func say(_ packets: String) async -> String {
            let answer = await Self.ask(service, .post, sid, packets)
            return answer.status == 200 ? await hear() : "\(answer.status)"
        }

        func hear() async -> String {
            let answer = await Self.ask(service, .get, sid)
            return answer.status == 200 ? answer.text : "\(answer.status)"
        }
    }

    private func support(isActive: Bool = true) async throws -> TestService {
        let issuer = try await TestService { _ in Issuer(isActive: isActive) }
        return try await TestService(isSeeded: true, services: ["auth": issuer]) { try SupportHandler($0) }
    }

    @Test func `REST and chat reach each other`() async throws {
        let service = try await support()
        let peer = await Peer(service)
        #expect(await peer.say(#"40{"token":"\#(service.token(for: alice))"}"#).hasPrefix(#"40{"sid":""#))
        let joined = await peer.say(#"421["join",{"ticket_id":1,"after":1}]"#)
        #expect(joined.hasPrefix(#"431[{"ok":true,"ticket":{"id":1,"#))
        // What was said since the message that it had seen.
        #expect(joined.contains("It left our house yesterday.") && !joined.contains("I ordered a lamp"))

        _ = await service.send(.post, "/tickets/1/messages", #"{"body": "by REST"}"#, as: alice)
        #expect(await peer.hear().contains(#""body":"by REST""#))
        let said = await peer.say(#"422["message",{"ticket_id":1,"body":"by chat"}]"#)
        let parts = said.split(separator: "\u{1e}")
        #expect(parts.count == 2 && parts[0].hasPrefix(#"42["message",{"id":"#))
        #expect(parts[1].hasPrefix(#"432[{"ok":true,"message":{"#))
        #expect(await service.send(.get, "/tickets/1", as: alice).text.contains("by chat"))

        _ = await service.send(.put, "/tickets/1/close", as: alice)
        #expect(await peer.hear() == #"42["ticket_closed",{"ticket_id":1}]"#)
        #expect(await peer.say(#"423["leave",{"ticket_id":1}]"#) == #"433[{"ok":true}]"#)
    }

    @Test func `a token that its issuer took back is refused, and so is one that nobody can ask about`() async throws {
        let service = try await support()
        let token = service.token(for: alice)
        #expect(await Peer(service).say(#"40{"token":"\#(token)"}"#).hasPrefix(#"40{"sid":""#))
        // Nobody answers there, or not about the token.
        for services in [[:], ["auth": try await TestService { InventoryHandler($0) }]] {
            let alone = try await TestService(services: services) { try SupportHandler($0) }
            #expect(await Peer(alone).say(#"40{"token":"\#(token)"}"#).contains(#""data":{"status":503,"#))
        }
        let refusing = try await support(isActive: false)
        let refusal = await Peer(refusing).say(#"40{"token":"\#(token)"}"#)
        #expect(refusal.hasPrefix(#"44{"message":"The bearer token is not valid.""#), "\(refusal)")
    }

    @Test func `who stays longer than the token is sent away`() async throws {
        let service = try await support()
        let peer = await Peer(service)
        _ = await peer.say(#"40{"token":"\#(service.token(for: alice))"}"#)
        service.clock.advance(899)
        try await service.jobs.run("sockets")
        #expect(await peer.say(#"421["join",{"ticket_id":1}]"#).hasPrefix("431[{\"ok\":true"))
        service.clock.advance(1)
        try await service.jobs.run("sockets")
        #expect(await peer.hear() == "400")
    }

    @Test(
        arguments: zip([["tickets:read"], ["products:read"], ["tickets:read", "tickets:write"]], ["44", "44", "40"]))
    func `a token for something else is none for the chat`(scopes: Set<String>, answer: String) async throws {
        let service = try await support()
        let token = service.token(for: Caller(subject: "1", scopes: scopes))
        #expect(await Peer(service).say(#"40{"token":"\#(token)"}"#).hasPrefix(answer))
    }

    @Test(arguments: [#"40"#, #"40{"token":5}"#, #"40{"token":""}"#, #"40{"token":"x.y.z"}"#, #"40{"user":"1"}"#])
    func `who does not say who they are is refused`(packet: String) async throws {
        let peer = await Peer(try await support())
        #expect(await peer.say(packet).contains(#""data":{"status":401,"#))
    }
}

/// An issuer that says the same of every token.
private struct Issuer: ServiceHandler {
    static let name = "auth"
    static let migrations = SupportMigrations.all

    let isActive: Bool

    init(isActive: Bool) { self.isActive = isActive }
    init(_ context: HandlerContext) { isActive = true }

    func seed() async throws {}

    func addRoutes(to routes: inout Routes) {
        routes.post("/validate", access: .anyone) { _ in .json(["active": .boolean(isActive)]) }
    }
}
