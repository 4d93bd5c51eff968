import HTTP
import ServiceKit

/// The chat about tickets.
///
///     client                                server
///     join {ticket_id, after?}              ack {ok, ticket, messages}
///     leave {ticket_id}                     ack {ok}
///     message {ticket_id, body}             ack {ok, message}, and message {...} to the room
///     typing {ticket_id}                    typing {ticket_id, user_id} to the others in the room
///                                           ticket_closed {ticket_id}
struct TicketChat: SocketApplication {
    private let desk: TicketDesk
    private let signIn: SocketSignIn
    private let services: ServiceClient

    /// - Throws: when the token settings are unusable.
    init(_ desk: TicketDesk, _ context: HandlerContext) throws {
        self.desk = desk
        signIn = try SocketSignIn(context)
        services = context.services
    }

    func connect(_ proof: JSON) async throws -> SocketMember {
        let token = try signIn.token(in: proof)
        let member = try signIn.member(token)
        // One connection reads and writes.
        for scope in ["tickets:read", "tickets:write"] { try Access.scope(scope).check(member.caller) }
        guard try await isActive(token) else { throw Problem.invalidToken }
        return member
    }

    /// Whether nobody has signed out with the token: no gateway has looked at it.
    ///
    /// - Throws: 503 without a word of `auth`; clients come back by themselves.
    private func isActive(_ token: String) async throws(Problem) -> Bool {
        let call = ServiceCall(.post, "auth", "/validate", body: ["token": .string(token)], timeout: 2)
        do throws(CallError) {
            let answer = try await services.send(call)
            if case .boolean(let isActive)? = answer.json?["active"], answer.status == 200 { return isActive }
        } catch {}
        throw .unavailable("Nobody can say now whether the token is still good; try again.")
    }

    func receive(_ event: SocketEvent, from socket: Socket) async throws -> [JSON.Member] {
        var form = try event.form()
        switch event.name {
        case "join": return try await join(&form, socket)
        case "leave":
            let id = ticket(&form)
            try form.check()
            socket.leave(TicketDesk.room(of: id))
            return []
        case "message":
            let (id, draft) = (ticket(&form), MessageDraft(&form))
            try form.check()
            return [.init("message", try await desk.add(draft, to: id, by: socket.caller).json)]
        case "typing":
            let id = ticket(&form)
            try form.check()
            guard socket.isIn(TicketDesk.room(of: id)) else { throw Problem.notFound("Join ticket \(id) first.") }
            desk.chat.emit(
                "typing", ["ticket_id": .integer(id), "user_id": .string(socket.caller.subject)],
                to: TicketDesk.room(of: id), except: socket)
            return []
        default: throw Problem.badRequest("unknown-event", "There is no event \(event.name).")
        }
    }

    /// Lets somebody into the room of a ticket, and tells what was said there since they left.
    private func join(_ form: inout Form, _ socket: Socket) async throws -> [JSON.Member] {
        let id = ticket(&form)
        let after = form.optionalInteger("after", 0...Int64.max)
        try form.check()
        let ticket = try await desk.store.ticket(id, for: socket.caller)
        // First in, then the messages: what is said meanwhile comes twice rather than never.
        try socket.join(TicketDesk.room(of: id))
        var messages: [TicketMessage] = []
        if let after {
            messages = try await desk.store.messages(
                of: id, after: after, limit: TicketStore.latest, for: socket.caller)
        }
        return [.init("ticket", ticket.json), .init("messages", .array(messages.map(\.json)))]
    }

    private func ticket(_ form: inout Form) -> Int64 { form.integer("ticket_id", 1...Int64.max) }
}
