public import SQLite

/// The events of a service that were given up, for whoever has to see to them.
public struct DeadLetters: Sendable {
    /// An event that one subscriber never took.
    public struct Letter: Hashable, Sendable {
        /// The event's id.
        public let id: String
        /// Who did not take it.
        public let subscriber: String
        /// What happened, to what.
        public let kind: String, key: String
        /// How often it was sent.
        public let attempts: Int64
        /// Why it failed the last time.
        public let reason: String
        /// When it was given up, in milliseconds since 1970.
        public let died: Int64
    }

    private let database: Database

    /// - Parameter database: that of the service that published them.
    public init(_ database: Database) {
        self.database = database
    }

    /// All of them, oldest first.
    public func all() async throws -> [Letter] {
        try await database.read { context in
            try context.rows(
                """
                SELECT id, subscriber, kind, key, attempts, reason, died FROM dead_letters ORDER BY died, id, subscriber
                """
            ) {
                Letter(
                    id: $0.text(0), subscriber: $0.text(1), kind: $0.text(2), key: $0.text(3), attempts: $0.integer(4),
                    reason: $0.text(5), died: $0.integer(6))
            }
        }
    }

    /// Puts an event back into the outbox, behind those that wait there. The service delivers it when it runs.
    ///
    /// - Returns: to how many subscribers it will be sent; zero when it is no dead letter.
    public func retry(_ id: String) async throws -> Int {
        try await database.write { context in
            try context.run(
                """
                INSERT INTO outbox (id, subscriber, kind, key, time, payload, due)
                SELECT id, subscriber, kind, key, time, payload, 0 FROM dead_letters WHERE id = ?
                """, .text(id))
            return try context.run("DELETE FROM dead_letters WHERE id = ?", .text(id))
        }
    }
}
