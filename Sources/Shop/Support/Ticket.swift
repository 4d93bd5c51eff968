import SQLite
import ServiceKit

/// A request for help, and what was said about it.
struct Ticket: Hashable, Sendable {
    let id: Int64
    let subject: String
    let status: Status
    /// The subject of the user who opened it.
    let user: String
    /// Seconds since 1970, as the other ones.
    let created: Int64
    let updated: Int64
    let closed: Int64?

    enum Status: String, CaseIterable, Sendable {
        case open, closed
    }

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, subject, user, created, updated, closed"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        subject = row.text(1)
        user = row.text(2)
        created = row.integer(3)
        updated = row.integer(4)
        closed = row.isNull(5) ? nil : row.integer(5)
        status = closed == nil ? .open : .closed
    }
}

extension Ticket: Resource {
    static let shape = Shape<Ticket>("Ticket", members)

    private static let members: [Shape<Ticket>.Member] = [
        .integer("id") { $0.id }, .text("subject") { $0.subject },
        .text("status", choices: Status.allCases.map(\.rawValue)) { $0.status.rawValue },
        .text("user_id") { $0.user }, .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
    ]
}

/// A ticket with the latest of what was said about it.
struct TicketDetails: Hashable, Sendable, Resource {
    let ticket: Ticket
    let messages: [TicketMessage]

    static let shape = Shape<TicketDetails>(
        "TicketDetails",
        [
            .integer("id") { $0.ticket.id }, .text("subject") { $0.ticket.subject },
            .text("status", choices: Ticket.Status.allCases.map(\.rawValue)) { $0.ticket.status.rawValue },
            .text("user_id") { $0.ticket.user }, .time("created_at") { $0.ticket.created },
            .time("updated_at") { $0.ticket.updated }, .list("messages") { $0.messages },
        ])
}
