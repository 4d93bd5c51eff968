import SQLite
import ServiceKit

/// The history of the schema of `support`.
enum SupportMigrations {
    static let all = [
        Migration(
            "tickets",
            """
            CREATE TABLE tickets (
                id      INTEGER PRIMARY KEY AUTOINCREMENT,
                subject TEXT    NOT NULL,
                user    TEXT    NOT NULL,
                created INTEGER NOT NULL,
                updated INTEGER NOT NULL,
                -- Null while it is open.
                closed  INTEGER
            ) STRICT;
            CREATE INDEX tickets_by_user ON tickets (user, id);
            CREATE TABLE messages (
                -- Clients ask for what came after an id, so none is given out twice.
                id           INTEGER PRIMARY KEY AUTOINCREMENT,
                ticket       INTEGER NOT NULL REFERENCES tickets (id),
                author       TEXT    NOT NULL,
                from_support INTEGER NOT NULL,
                body         TEXT    NOT NULL,
                created      INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX messages_by_ticket ON messages (ticket, id);
            """),
        Outbox.migration,
    ]
}
