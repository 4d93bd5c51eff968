import SQLite

/// One event on its way to one subscriber.
struct Parcel: Sendable {
    /// Its row in the outbox.
    let position: Int64
    let event: Event
    let subscriber: String
    /// How often it was sent in vain.
    let attempts: Int
}

/// The outbox as whoever delivers sees it. Times are in milliseconds since 1970.
struct ParcelStore: Sendable {
    /// How many are sent at once.
    private static let width: Int64 = 32
    /// How long a lease holds: several times what a call may take.
    static let leaseTime: Int64 = 30_000
    /// How long a delivered event is kept, for people who look for it.
    static let memory: Int64 = 7 * 86_400_000

    let database: Database
    let source: String
    /// The name of this deliverer, unlike that of any other.
    let owner: String

    /// That no earlier event of the same key still waits for the same subscriber.
    private static let isFirst: SQL = """
        NOT EXISTS (
            SELECT 1 FROM outbox AS earlier
            WHERE earlier.delivered IS NULL AND earlier.subscriber = outbox.subscriber AND earlier.key = outbox.key
                AND earlier.position < outbox.position)
        """

    /// Leases events that are due, the first of their keys.
    func take(at now: Int64) async throws -> [Parcel] {
        // A look costs less than a transaction that changes nothing.
        let isDue = try await database.read { context in
            try context.exists(
                "SELECT 1 FROM outbox WHERE delivered IS NULL AND due <= ?1 AND leased_until <= ?1 AND " + Self.isFirst,
                .integer(now))
        }
        guard isDue else { return [] }
        return try await database.write { [owner, source] context in
            try context.rows(
                """
                UPDATE outbox SET lease = ?1, leased_until = ?2 WHERE position IN (
                    SELECT position FROM outbox WHERE delivered IS NULL AND due <= ?3 AND leased_until <= ?3 AND
                """ + " " + Self.isFirst + """
                         ORDER BY due, position LIMIT ?4)
                    RETURNING position, id, kind, key, time, payload, subscriber, attempts
                    """, .text(owner), .integer(now + Self.leaseTime), .integer(now), .integer(Self.width)
            ) { Parcel($0, source: source) }
        }
    }

    /// When the next event that waits is due; nil when none waits.
    func nextDue() async throws -> Int64? {
        try await database.read { context in
            try context.first(
                """
                SELECT min(max(due, leased_until)) FROM outbox WHERE delivered IS NULL AND
                """ + " " + Self.isFirst
            ) { $0.optionalInteger(0) } ?? nil
        }
    }

    /// Notes that the subscriber has it, whoever holds the lease by now.
    func markDelivered(_ parcel: Parcel, at now: Int64) async throws {
        try await database.write { context in
            _ = try context.run(
                "UPDATE outbox SET delivered = ?, lease = NULL, leased_until = 0 WHERE position = ?", .integer(now),
                .integer(parcel.position))
        }
    }

    /// Lets it wait after it was sent in vain.
    func postpone(_ parcel: Parcel, until due: Int64) async throws {
        try await database.write { [owner] context in
            _ = try context.run(
                """
                UPDATE outbox SET attempts = attempts + 1, due = ?, lease = NULL, leased_until = 0
                WHERE position = ? AND lease = ?
                """, .integer(due), .integer(parcel.position), .text(owner))
        }
    }

    /// Gives it up, so that the next of its key can go.
    func bury(_ parcel: Parcel, reason: String, at now: Int64) async throws {
        try await database.write { [owner] context in
            try context.run(
                """
                INSERT INTO dead_letters (id, subscriber, kind, key, time, payload, attempts, reason, died)
                SELECT id, subscriber, kind, key, time, payload, attempts + 1, ?, ? FROM outbox
                WHERE position = ? AND lease = ?
                """, .text(reason), .integer(now), .integer(parcel.position), .text(owner))
            try context.run(
                "DELETE FROM outbox WHERE position = ? AND lease = ?", .integer(parcel.position), .text(owner))
        }
    }

    /// Forgets what was delivered long ago.
    func prune(at now: Int64) async throws {
        _ = try await database.write {
            try $0.run("DELETE FROM outbox WHERE delivered < ?", .integer(now - Self.memory))
        }
    }
}

extension Parcel {
    fileprivate init(_ row: borrowing Row, source: String) {
        position = row.integer(0)
        event = Event(
            id: row.text(1), source: source, kind: row.text(2), key: row.text(3), time: row.integer(4),
            payload: (try? JSONParser.parse(Array(row.text(5).utf8).span)) ?? .null)
        subscriber = row.text(6)
        attempts = Int(row.integer(7))
    }
}
