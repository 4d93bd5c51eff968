import ServiceKit

/// Tickets of users who need help, and the chat about them.
///
/// The rooms of the chat are in the memory of one process, so `support` runs with one instance.
struct SupportHandler: ServiceHandler {
    static let name = "support"
    static let migrations = SupportMigrations.all

    private let desk: TicketDesk
    private let chat: TicketChat

    init(_ context: HandlerContext) throws {
        desk = TicketDesk(
            store: TicketStore(database: context.database, outbox: Outbox(Self.name, context)),
            chat: SocketServer(context), now: context.now)
        chat = try TicketChat(desk, context)
    }

    func seed() async throws {
        try await desk.store.seed(SupportSeed.tickets, at: desk.now())
    }

    func addRoutes(to routes: inout Routes) {
        let (read, write) = (Access.scope("tickets:read"), Access.scope("tickets:write"))
        routes.get("/tickets", "Lists tickets", access: read, query: TicketQuery.self) { call in
            let tickets = try await desk.store.tickets(call.query, for: call.caller())
            return call.query.page.reply(tickets, to: call.request) {
                Page.Position(order: TicketQuery.order, key: "", id: $0.id)
            }
        }
        routes.post("/tickets", "Opens a ticket", access: write, body: TicketDraft.self) { call in
            let details = try await desk.store.open(call.body, by: call.caller(), at: desk.now())
            return .created(details, at: "/tickets/\(details.ticket.id)")
        }
        routes.get("/tickets/{id:int}", "Shows a ticket and its latest messages", access: read) { call in
            .ok(try await desk.store.details(call.parameters.integer("id"), for: call.caller()))
        }
        routes.get(
            "/tickets/{id:int}/messages", "Lists the messages of a ticket", access: read, query: MessageQuery.self
        ) { call in
            let page = call.query.page
            let messages = try await desk.store.messages(
                of: call.parameters.integer("id"), after: page.start?.id ?? 0, limit: page.limit + 1,
                for: call.caller())
            return page.reply(messages, to: call.request) {
                Page.Position(order: MessageQuery.order, key: "", id: $0.id)
            }
        }
        routes.post(
            "/tickets/{id:int}/messages", Operation("Adds a message to a ticket", refusals: [409]), access: write,
            body: MessageDraft.self
        ) { call in
            let id = call.parameters.integer("id")
            let message = try await desk.add(call.body, to: id, by: call.caller())
            return .created(message, at: "/tickets/\(id)/messages")
        }
        routes.put("/tickets/{id:int}/close", "Closes a ticket", access: write) { call in
            .ok(try await desk.close(call.parameters.integer("id"), by: call.caller()))
        }
        routes.socketIO("/socket.io/", desk.chat, chat)
    }
}
