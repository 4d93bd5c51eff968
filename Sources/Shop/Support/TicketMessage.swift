import SQLite
import ServiceKit

/// Something that was said about a ticket, by whichever way it came.
struct TicketMessage: Hashable, Sendable {
    let id: Int64
    let ticket: Int64
    /// The subject of the user who said it.
    let author: String
    /// Whether it was said by the shop, not by the user who opened the ticket.
    let isFromSupport: Bool
    let body: String
    /// Seconds since 1970.
    let created: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, ticket, author, from_support, body, created"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        ticket = row.integer(1)
        author = row.text(2)
        isFromSupport = row.integer(3) != 0
        body = row.text(4)
        created = row.integer(5)
    }
}

extension TicketMessage: Resource {
    static let shape = Shape<TicketMessage>(
        "TicketMessage",
        [
            .integer("id") { $0.id }, .integer("ticket_id") { $0.ticket }, .text("author_id") { $0.author },
            .boolean("from_support") { $0.isFromSupport }, .text("body") { $0.body },
            .time("created_at") { $0.created },
        ])
}
