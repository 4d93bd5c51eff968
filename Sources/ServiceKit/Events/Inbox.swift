public import SQLite
import Telemetry

/// The consuming side: each event has its effect once, however often it arrives.
public struct Inbox: Sendable {
    /// The table that remembers which events were consumed. A service with consumers has it among its migrations.
    public static let migration = Migration(
        "inbox",
        """
        CREATE TABLE inbox (
            source   TEXT    NOT NULL,
            id       TEXT    NOT NULL,
            -- In seconds since 1970.
            consumed INTEGER NOT NULL,
            PRIMARY KEY (source, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inbox_by_time ON inbox (consumed);
        """)

    /// How long an event is remembered, in seconds: longer than dead letters are likely to be sent again.
    private static let memory: Int64 = 90 * 86_400

    private let database: Database
    private let consumers: [String: [Consumer]]
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - consumers: what is done with which kind of event.
    ///   - context: where they work.
    init(_ consumers: [Consumer], _ context: HandlerContext) {
        database = context.database
        self.consumers = Dictionary(grouping: consumers, by: \.kind)
        now = context.now
        context.jobs.every(3600, "inbox") { [database, now] in
            _ = try await database.write {
                try $0.run("DELETE FROM inbox WHERE consumed < ?", .integer(now() - Self.memory))
            }
        }
    }

    /// Adds the address at which events arrive.
    func addRoutes(to routes: inout Routes) {
        routes.post("/events", access: .service(HTTPEventTransport.scope)) { request in
            var form = try request.form()
            let event = Event(&form)
            try form.check()
            try await consume(event)
            return ServiceResponse(status: 204)
        }
    }

    /// Does what follows from an event, unless that was done before.
    private func consume(_ event: Event) async throws {
        guard let consumers = consumers[event.kind] else {
            throw Problem(422, "unknown-event", "Unknown event", "Nothing here consumes \(event.kind).")
        }
        let time = now()
        try await database.write { context in
            let isNew = try context.run(
                "INSERT INTO inbox (source, id, consumed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                .text(event.source), .text(event.id), .integer(time))
            guard isNew > 0 else { return }
            for consumer in consumers { try consumer.consume(event, context) }
        }
    }
}
