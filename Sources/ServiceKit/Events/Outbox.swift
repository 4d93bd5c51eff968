public import SQLite
import Telemetry

/// The publishing side: an event is written in the transaction of the change that it tells of, so that there is never one
/// without the other, and is delivered afterwards, at least once and in order per key.
///
///     append (with the change) -> due -> leased -> delivered, forgotten after a week
///                                  ^        |
///                                  |        +-> failed: again after a while, and then a dead letter
///                                  +--------+
///
/// ```
/// try await database.write { context in
///     try context.run("UPDATE orders SET status = 'paid' WHERE id = ?", .integer(id))
///     try outbox.append("order.paid", key: String(id), ["order_id": .integer(id)], at: now, in: context)
/// }
/// ```
public struct Outbox: Sendable {
    /// The tables of events on their way. A service that publishes has it among its migrations.
    public static let migration = Migration(
        "outbox",
        """
        -- One row per event and subscriber; an event that nobody subscribed to has one with an empty subscriber.
        CREATE TABLE outbox (
            position     INTEGER PRIMARY KEY AUTOINCREMENT,
            id           TEXT    NOT NULL,
            subscriber   TEXT    NOT NULL,
            kind         TEXT    NOT NULL,
            key          TEXT    NOT NULL,
            -- In seconds since 1970; the times below in milliseconds.
            time         INTEGER NOT NULL,
            payload      TEXT    NOT NULL,
            attempts     INTEGER NOT NULL DEFAULT 0,
            due          INTEGER NOT NULL,
            -- Whoever delivers it now, and until when nobody else does.
            lease        TEXT,
            leased_until INTEGER NOT NULL DEFAULT 0,
            delivered    INTEGER,
            UNIQUE (id, subscriber)
        ) STRICT;
        CREATE INDEX outbox_due ON outbox (due) WHERE delivered IS NULL;
        CREATE INDEX outbox_order ON outbox (subscriber, key, position) WHERE delivered IS NULL;
        CREATE INDEX outbox_delivered ON outbox (delivered) WHERE delivered IS NOT NULL;

        CREATE TABLE dead_letters (
            id         TEXT    NOT NULL,
            subscriber TEXT    NOT NULL,
            kind       TEXT    NOT NULL,
            key        TEXT    NOT NULL,
            time       INTEGER NOT NULL,
            payload    TEXT    NOT NULL,
            attempts   INTEGER NOT NULL,
            reason     TEXT    NOT NULL,
            died       INTEGER NOT NULL,
            PRIMARY KEY (id, subscriber)
        ) STRICT, WITHOUT ROWID;
        """)

    private let source: String
    private let subscriptions: [Subscription]
    private let clock: @Sendable () -> Int64
    private let wake: @Sendable () -> Void

    /// Also registers the job that delivers.
    ///
    /// - Parameters:
    ///   - source: the service that publishes.
    ///   - subscriptions: who wants what.
    ///   - context: what the handler was given.
    public init(_ source: String, _ subscriptions: [Subscription], _ context: HandlerContext) {
        self.init(
            source, subscriptions, context, transport: HTTPEventTransport(services: context.services),
            clock: { WallClock.systemTime })
    }

    /// - Parameters:
    ///   - transport: what carries events.
    ///   - clock: the time in milliseconds since 1970.
    init(
        _ source: String, _ subscriptions: [Subscription], _ context: HandlerContext, transport: any EventTransport,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.source = source
        self.subscriptions = subscriptions
        self.clock = clock
        let jobs = context.jobs
        let parcels = ParcelStore(database: context.database, source: source, owner: Event.makeID())
        let delivery = Delivery(
            parcels: parcels, transport: transport, logger: context.logger, clock: clock)
        // Waking makes it prompt; the interval finds what another process left behind.
        jobs.every(1, Delivery.job) { try await delivery.run { jobs.wake(Delivery.job, after: $0) } }
        jobs.every(3600, "outbox") { try await parcels.prune(at: clock()) }
        wake = { jobs.wake(Delivery.job) }
    }

    /// Writes an event beside the change that it tells of, and has it delivered once both are on the disk.
    ///
    /// - Parameters:
    ///   - kind: what happened, such as `order.paid`.
    ///   - key: what it happened to: events of one key are delivered in order.
    ///   - payload: the details, a JSON object.
    ///   - time: when it happened, in seconds since 1970.
    ///   - context: the transaction of the change.
    public func append(
        _ kind: String, key: String, _ payload: JSON = .object([]), at time: Int64, in context: borrowing WriteContext
    ) throws(DatabaseError) {
        try append(Event(source: source, kind: kind, key: key, time: time, payload: payload), in: context)
    }

    /// Writes an event beside the change that it tells of.
    func append(_ event: Event, in context: borrowing WriteContext) throws(DatabaseError) {
        let subscribers = subscriptions.filter { $0.kind == event.kind }.map(\.subscriber)
        let now = clock()
        for subscriber in subscribers.isEmpty ? [""] : subscribers {
            try context.run(
                """
                INSERT INTO outbox (id, subscriber, kind, key, time, payload, due, delivered)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .text(event.id), .text(subscriber), .text(event.kind), .text(event.key), .integer(event.time),
                .text(String(decoding: event.payload.bytes, as: UTF8.self)), .integer(now),
                .integer(subscriber.isEmpty ? now : nil))
        }
        if !subscribers.isEmpty { context.afterCommit(wake) }
    }
}
