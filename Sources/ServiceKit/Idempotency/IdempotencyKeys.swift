public import SQLite
import Telemetry

/// Lets clients repeat a request whose answer they did not get, without its being done twice
/// (draft-ietf-httpapi-idempotency-key-header-07).
///
///     new key --> running --> answered    the first answer is given again, for a day
///                  ^    |
///                  |    +---> gone        it failed for a reason that may pass (5xx, 408, 425, 429): a repetition runs
///                  +-- died               its process was killed: a repetition runs, and finds what was done already
///
/// A route takes keys when its `Operation` says so and its handler has ``migration`` among its own. Between the work and the
/// note of its answer a process can die. So a handler that must not do its work twice keeps caller and key with what it made,
/// and looks for that first.
public struct IdempotencyKeys: Sendable {
    /// The table of keys.
    public static let migration = Migration(
        "idempotency keys",
        """
        CREATE TABLE idempotency_keys (
            caller      TEXT    NOT NULL,
            route       TEXT    NOT NULL,
            key         TEXT    NOT NULL,
            fingerprint BLOB    NOT NULL,
            -- Whoever works on the request, or did.
            lease       INTEGER NOT NULL,
            created     INTEGER NOT NULL,
            -- The answer; NULL while there is none.
            status      INTEGER,
            fields      TEXT,
            body        BLOB,
            PRIMARY KEY (caller, route, key)
        ) STRICT;
        CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created);
        """)

    /// Seconds that an answer is kept.
    static let lifetime: Int64 = 24 * 3600
    static let job = "forget idempotency keys"

    private let database: Database
    private let leases: Leases
    private let logger: Logger
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) throws(DatabaseError) {
        database = context.database
        leases = try Leases(beside: context.database)
        logger = context.logger
        now = context.now
        context.jobs.every(600, Self.job) { [database, now] in
            _ = try await database.write {
                try $0.run("DELETE FROM idempotency_keys WHERE created <= ?", .integer(now() - Self.lifetime))
            }
        }
    }

    /// Answers a request with a key: does it, or tells what came of it before.
    ///
    /// - Parameters:
    ///   - key: the request's key.
    ///   - request: the request.
    ///   - run: does it.
    /// - Throws: 409 while it is being done, 422 when the key was used for another request.
    func respond(
        to key: IdempotencyKey, _ request: ServiceRequest, _ run: (ServiceRequest) async -> ServiceResponse
    ) async throws -> ServiceResponse {
        try await leases.hold { lease in
            if let answer = try await take(key, lease) { return answer }
            let answer = await run(request)
            do {
                try await keep(answer, key, lease)
            } catch {
                // It was done, and the client may know. A repetition runs again, as after a crash.
                logger.error("an answer could not be kept", ["route": .string(key.route), "error": "\(error)"])
            }
            return answer
        }
    }

    /// Begins to work on `key`.
    ///
    /// - Returns: the answer that there is already.
    private func take(_ key: IdempotencyKey, _ lease: Int64) async throws -> ServiceResponse? {
        let time = now()
        return try await database.write { [leases] context in
            let known = try context.first(
                """
                SELECT fingerprint, lease, status, fields, body FROM idempotency_keys
                WHERE caller = ? AND route = ? AND key = ? AND created > ?
                """, .text(key.caller), .text(key.route), .text(key.text), .integer(time - Self.lifetime)
            ) { Entry($0) }
            if let known {
                guard known.fingerprint == key.fingerprint else { throw Problem.keyIsUsed }
                if let answer = known.answer { return answer }
                guard try !leases.isHeld(known.lease) else { throw Problem.isRunning }
            }
            try context.run(
                """
                INSERT OR REPLACE INTO idempotency_keys (caller, route, key, fingerprint, lease, created)
                VALUES (?, ?, ?, ?, ?, ?)
                """, .text(key.caller), .text(key.route), .text(key.text), .blob(key.fingerprint), .integer(lease),
                .integer(time))
            return nil
        }
    }

    /// Ends the work on `key`. The lease tells that the row is still this request's.
    private func keep(_ answer: ServiceResponse, _ key: IdempotencyKey, _ lease: Int64) async throws {
        try await database.write { context in
            if answer.status >= 500 || [408, 425, 429].contains(answer.status) {
                _ = try context.run(
                    "DELETE FROM idempotency_keys WHERE caller = ? AND route = ? AND key = ? AND lease = ?",
                    .text(key.caller), .text(key.route), .text(key.text), .integer(lease))
            } else {
                _ = try context.run(
                    """
                    UPDATE idempotency_keys SET status = ?5, fields = ?6, body = ?7
                    WHERE caller = ?1 AND route = ?2 AND key = ?3 AND lease = ?4
                    """, .text(key.caller), .text(key.route), .text(key.text), .integer(lease),
                    .integer(Int64(answer.status)), .text(Entry.text(of: answer.fields)), .blob(answer.body))
            }
        }
    }
}

extension IdempotencyKeys {
    /// A row of the table.
    private struct Entry {
        let fingerprint: [UInt8]
        let lease: Int64
        let answer: ServiceResponse?

        init(_ row: borrowing Row) {
            fingerprint = row.blob(0)
            lease = row.integer(1)
            answer = row.optionalInteger(2).map { [text = row.text(3), body = row.blob(4)] status in
                let fields = Self.fields(text) + [HeaderField("idempotent-replayed", "true")]
                return ServiceResponse(status: Int(status), fields: fields, body: body)
            }
        }

        static func text(of fields: [HeaderField]) -> String {
            let members = fields.map { JSON.array([.string($0.name), .string($0.value)]) }
            return String(decoding: JSON.array(members).bytes, as: UTF8.self)
        }

        private static func fields(_ text: String) -> [HeaderField] {
            guard case .array(let members)? = try? JSONParser.parse(Array(text.utf8).span) else { return [] }
            return members.compactMap { member in
                guard case .array(let pair) = member, pair.count == 2, case .string(let name) = pair[0],
                    case .string(let value) = pair[1]
                else { return nil }
                return HeaderField(name, value)
            }
        }
    }
}

extension Problem {
    /// 422: as the draft's section 2.7 has it.
    fileprivate static let keyIsUsed = Problem(
        422, "idempotency-key-reused", "Idempotency-Key is already used",
        "This Idempotency-Key was used for another request.")

    /// 409: as the draft's section 2.7 has it.
    fileprivate static let isRunning = Problem(
        409, "request-in-progress", "A request is outstanding for this Idempotency-Key",
        "The first request with this Idempotency-Key is still being worked on.",
        fields: [HeaderField("retry-after", "1")])
}
