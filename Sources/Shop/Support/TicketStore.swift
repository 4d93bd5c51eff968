import SQLite
import ServiceKit

/// The statements of tickets and messages. Whoever may not see a ticket finds none.
struct TicketStore: Sendable {
    let database: Database
    let outbox: Outbox

    /// The most messages that come with a ticket.
    static let latest = 100

    /// The tickets of the caller, those of everybody for an admin.
    func tickets(_ query: TicketQuery, for caller: Caller) async throws -> [Ticket] {
        var conditions: [SQL] = []
        var values: [Value] = []
        if !caller.isAdmin {
            conditions.append("user = ?")
            values.append(.text(caller.subject))
        }
        switch query.status {
        case nil: break
        case .open: conditions.append("closed IS NULL")
        case .closed: conditions.append("closed IS NOT NULL")
        }
        if let start = query.page.start {
            conditions.append("id < ?")
            values.append(.integer(start.id))
        }
        var sql: SQL = "SELECT " + Ticket.columns + " FROM tickets"
        for (index, condition) in conditions.enumerated() { sql = sql + (index == 0 ? " WHERE " : " AND ") + condition }
        sql = sql + " ORDER BY id DESC LIMIT ?"
        values.append(.integer(Int64(query.page.limit + 1)))
        let (statement, arguments) = (sql, values)
        return try await database.read { try $0.rows(statement, arguments) { Ticket($0) } }
    }

    /// - Throws: 404.
    func ticket(_ id: Int64, for caller: Caller) async throws -> Ticket {
        try await database.read { try Self.find(id, for: caller, in: $0) }
    }

    /// A ticket with the latest messages, the oldest of them first.
    ///
    /// - Throws: 404.
    func details(_ id: Int64, for caller: Caller) async throws -> TicketDetails {
        try await database.read { context in
            let ticket = try Self.find(id, for: caller, in: context)
            let messages = try context.rows(
                "SELECT " + TicketMessage.columns + " FROM messages WHERE ticket = ? ORDER BY id DESC LIMIT ?",
                .integer(id), .integer(Int64(Self.latest))
            ) { TicketMessage($0) }
            return TicketDetails(ticket: ticket, messages: messages.reversed())
        }
    }

    /// The messages of a ticket behind one of them.
    ///
    /// - Throws: 404.
    func messages(of id: Int64, after message: Int64, limit: Int, for caller: Caller) async throws -> [TicketMessage] {
        try await database.read { context in
            _ = try Self.find(id, for: caller, in: context)
            return try context.rows(
                "SELECT " + TicketMessage.columns + " FROM messages WHERE ticket = ? AND id > ? ORDER BY id LIMIT ?",
                .integer(id), .integer(message), .integer(Int64(limit))
            ) { TicketMessage($0) }
        }
    }

    func open(_ draft: TicketDraft, by caller: Caller, at now: Int64) async throws -> TicketDetails {
        try await database.write { context in
            let id = try Self.insert(draft, user: caller.subject, at: now, in: context)
            try outbox.append(
                "ticket.opened", key: String(id),
                ["ticket_id": .integer(id), "user_id": .string(caller.subject), "subject": .string(draft.subject)],
                at: now, in: context)
            let messages = try context.rows(
                "SELECT " + TicketMessage.columns + " FROM messages WHERE ticket = ?", .integer(id)
            ) { TicketMessage($0) }
            return TicketDetails(ticket: try Self.find(id, for: caller, in: context), messages: messages)
        }
    }

    /// - Throws: 404, or 409 when the ticket is closed.
    func add(_ draft: MessageDraft, to id: Int64, by caller: Caller, at now: Int64) async throws -> TicketMessage {
        try await database.write { context in
            let ticket = try Self.find(id, for: caller, in: context)
            guard ticket.status == .open else { throw Problem.conflict("ticket-closed", "Ticket \(id) is closed.") }
            let message = try Self.insert(
                draft.body, to: id, by: caller.subject, isFromSupport: ticket.user != caller.subject, at: now,
                in: context)
            let found = try context.first(
                "SELECT " + TicketMessage.columns + " FROM messages WHERE id = ?", .integer(message)
            ) { TicketMessage($0) }
            return found!
        }
    }

    /// Closes a ticket; one that is closed stays as it is.
    ///
    /// - Returns: the ticket, and whether it was open.
    /// - Throws: 404.
    func close(_ id: Int64, by caller: Caller, at now: Int64) async throws -> (ticket: Ticket, isNew: Bool) {
        try await database.write { context in
            _ = try Self.find(id, for: caller, in: context)
            let changed = try context.run(
                "UPDATE tickets SET closed = ?2, updated = ?2 WHERE id = ?1 AND closed IS NULL", .integer(id),
                .integer(now))
            return (try Self.find(id, for: caller, in: context), changed > 0)
        }
    }

    /// Adds tickets if there never was one.
    func seed(_ tickets: [(draft: TicketDraft, user: String, answer: String?)], at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'tickets'") else { return }
            for (draft, user, answer) in tickets {
                let id = try Self.insert(draft, user: user, at: now, in: context)
                guard let answer else { continue }
                _ = try Self.insert(answer, to: id, by: "support", isFromSupport: true, at: now, in: context)
            }
        }
    }

    private static func insert(
        _ draft: TicketDraft, user: String, at now: Int64, in context: borrowing WriteContext
    ) throws -> Int64 {
        let id = try context.insert(
            "INSERT INTO tickets (subject, user, created, updated) VALUES (?1, ?2, ?3, ?3)", .text(draft.subject),
            .text(user), .integer(now))
        if let message = draft.message {
            _ = try insert(message, to: id, by: user, isFromSupport: false, at: now, in: context)
        }
        return id
    }

    private static func insert(
        _ body: String, to id: Int64, by author: String, isFromSupport: Bool, at now: Int64,
        in context: borrowing WriteContext
    ) throws -> Int64 {
        try context.run("UPDATE tickets SET updated = ? WHERE id = ?", .integer(now), .integer(id))
        return try context.insert(
            "INSERT INTO messages (ticket, author, from_support, body, created) VALUES (?, ?, ?, ?, ?)",
            .integer(id), .text(author), .integer(isFromSupport ? 1 : 0), .text(body), .integer(now))
    }

    private static func find(
        _ id: Int64, for caller: Caller, in context: borrowing some QueryContext & ~Copyable
    ) throws -> Ticket {
        let found = try context.first("SELECT " + Ticket.columns + " FROM tickets WHERE id = ?", .integer(id)) {
            Ticket($0)
        }
        // That somebody else has a ticket is nobody's business.
        guard let found, caller.mayActFor(found.user) else {
            throw Problem.notFound("There is no ticket \(id).")
        }
        return found
    }
}
