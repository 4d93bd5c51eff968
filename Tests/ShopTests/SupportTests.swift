import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

@Suite struct SupportTests {
    private let alice = Caller(subject: "1")
    private let bob = Caller(subject: "2")
    private let admin = Caller(subject: "9", roles: ["admin"])

    private func support(isSeeded: Bool = false) async throws -> TestService {
        try await TestService(isSeeded: isSeeded) { try SupportHandler($0) }
    }

    private func ids(_ answer: Answer) -> [Int] { answer.list.compactMap { $0["id"] as? Int } }

    private func messages(_ answer: Answer) -> [String] {
        (answer["messages"] as? [[String: Any]] ?? []).compactMap { $0["body"] as? String }
    }

    @Test func `a ticket is opened, talked about and closed`() async throws {
        let service = try await support()
        let made = await service.send(
            .post, "/tickets", #"{"subject": " Broken ", "message": "It broke."}"#, as: alice)
        #expect(made.status == 201 && made.field("location") == "/tickets/1")
        #expect(made.text("subject") == "Broken" && made.text("status") == "open" && made.text("user_id") == "1")
        #expect(messages(made) == ["It broke."])

        let said = await service.send(.post, "/tickets/1/messages", #"{"body": "Send it back."}"#, as: admin)
        #expect(said.status == 201 && said["from_support"] as? Bool == true && said.text("author_id") == "9")
        let answered = await service.send(.post, "/tickets/1/messages", #"{"message": "Done."}"#, as: alice)
        #expect(answered.status == 201 && answered["from_support"] as? Bool == false)
        let shown = await service.send(.get, "/tickets/1", as: alice)
        #expect(messages(shown) == ["It broke.", "Send it back.", "Done."])

        for caller in [alice, admin] {
            let closed = await service.send(.put, "/tickets/1/close", as: caller)
            #expect(closed.status == 200 && closed.text("status") == "closed")
        }
        let late = await service.send(.post, "/tickets/1/messages", #"{"body": "And now?"}"#, as: alice)
        #expect(late.status == 409)
        #expect(messages(await service.send(.get, "/tickets/1", as: alice)).count == 3)
    }

    @Test func `opening a ticket is an event, in the same transaction`() async throws {
        let service = try await support()
        _ = await service.send(.post, "/tickets", #"{"subject": "Broken"}"#, as: alice)
        let payloads = try await service.database.read {
            try $0.rows("SELECT kind, key, payload FROM outbox") { [$0.text(0), $0.text(1), $0.text(2)] }
        }
        #expect(payloads == [["ticket.opened", "1", #"{"ticket_id":1,"user_id":"1","subject":"Broken"}"#]])
    }

    @Test func `everybody lists their own, the newest first, and admins all`() async throws {
        let service = try await support()
        for (number, caller) in [alice, bob, alice, alice].enumerated() {
            _ = await service.send(.post, "/tickets", #"{"subject": "Ticket \#(number)"}"#, as: caller)
        }
        _ = await service.send(.put, "/tickets/3/close", as: alice)
        #expect(ids(await service.send(.get, "/tickets", as: alice)) == [4, 3, 1])
        #expect(ids(await service.send(.get, "/tickets?status=open", as: alice)) == [4, 1])
        #expect(ids(await service.send(.get, "/tickets?status=closed", as: alice)) == [3])
        #expect(ids(await service.send(.get, "/tickets", as: bob)) == [2])
        #expect(ids(await service.send(.get, "/tickets", as: admin)) == [4, 3, 2, 1])
        let first = await service.send(.get, "/tickets?limit=2", as: admin)
        #expect(ids(first) == [4, 3])
        let link = try #require(first.field("link"))
        let next = try #require(link.split(separator: ">").first?.dropFirst())
        #expect(ids(await service.send(.get, "/tickets" + next, as: admin)) == [2, 1])
    }

    @Test func `messages are listed in pages, the oldest first`() async throws {
        let service = try await support()
        _ = await service.send(.post, "/tickets", #"{"subject": "Broken"}"#, as: alice)
        for number in 1...5 {
            _ = await service.send(.post, "/tickets/1/messages", #"{"body": "\#(number)"}"#, as: alice)
        }
        var seen: [String] = []
        var target: String? = "/tickets/1/messages?limit=2"
        while let now = target {
            let page = await service.send(.get, now, as: alice)
            seen += page.list.compactMap { $0["body"] as? String }
            target = page.field("link").map { "/tickets/1/messages" + $0.split(separator: ">")[0].dropFirst() }
        }
        #expect(seen == ["1", "2", "3", "4", "5"])
    }

    @Test(
        arguments: [
            (.get, "/tickets/1", nil), (.get, "/tickets/1/messages", nil), (.put, "/tickets/1/close", nil),
            (.post, "/tickets/1/messages", #"{"body": "x"}"#), (.get, "/tickets/99", nil),
        ] as [(HTTP.Method, String, String?)])
    func `what is not the caller's is not there`(method: HTTP.Method, target: String, body: String?) async throws {
        let service = try await support()
        _ = await service.send(.post, "/tickets", #"{"subject": "Broken"}"#, as: alice)
        #expect(await service.send(method, target, body, as: bob).status == 404)
        #expect(await service.send(method, target, body).status == 401)
    }

    @Test(
        arguments: [
            ("/tickets", "{}", ["subject"]), ("/tickets", #"{"subject": "", "message": ""}"#, ["subject", "message"]),
            ("/tickets", #"{"subject": 5}"#, ["subject"]), ("/tickets/1/messages", "{}", ["body"]),
            ("/tickets/1/messages", #"{"body": " "}"#, ["body"]),
        ])
    func `what is wrong is named`(target: String, body: String, fields: [String]) async throws {
        let service = try await support()
        _ = await service.send(.post, "/tickets", #"{"subject": "Broken"}"#, as: alice)
        let answer = await service.send(.post, target, body, as: alice)
        #expect(answer.status == 400 && answer.badFields == fields, "\(answer.text)")
    }

    @Test func `a new database has tickets to try things with, and only a new one`() async throws {
        let service = try await support(isSeeded: true)
        #expect(ids(await service.send(.get, "/tickets", as: admin)) == [2, 1])
        #expect(messages(await service.send(.get, "/tickets/1", as: alice)).count == 2)
    }
}
