import ServiceKit

/// What is done with tickets, by whichever way it is asked for: it is stored, and whoever is in the ticket's room hears of
/// it.
struct TicketDesk: Sendable {
    let store: TicketStore
    let chat: SocketServer
    let now: @Sendable () -> Int64

    /// The room of a ticket.
    static func room(of id: Int64) -> String { "ticket \(id)" }

    /// - Throws: 404, or 409 when the ticket is closed.
    func add(_ draft: MessageDraft, to id: Int64, by caller: Caller) async throws -> TicketMessage {
        let message = try await store.add(draft, to: id, by: caller, at: now())
        chat.emit("message", message.json, to: Self.room(of: id))
        return message
    }

    /// - Throws: 404.
    func close(_ id: Int64, by caller: Caller) async throws -> Ticket {
        let (ticket, isNew) = try await store.close(id, by: caller, at: now())
        if isNew { chat.emit("ticket_closed", ["ticket_id": .integer(id)], to: Self.room(of: id)) }
        return ticket
    }
}
