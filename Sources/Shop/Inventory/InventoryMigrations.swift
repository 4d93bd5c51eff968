import SQLite
import ServiceKit

/// The history of the schema of `inventory`.
enum InventoryMigrations {
    static let all = [
        Migration(
            "stock and reservations",
            """
            CREATE TABLE stock (
                -- As `products` numbers them. AUTOINCREMENT only remembers that there ever was one.
                product_id INTEGER PRIMARY KEY AUTOINCREMENT,
                on_hand    INTEGER NOT NULL CHECK (on_hand >= 0),
                -- The sum of what unfinished reservations hold. That it never passes on_hand is what keeps anything from
                -- being oversold, whatever the statements do.
                reserved   INTEGER NOT NULL DEFAULT 0 CHECK (reserved BETWEEN 0 AND on_hand),
                low_at     INTEGER NOT NULL CHECK (low_at >= 0),
                created    INTEGER NOT NULL,
                updated    INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE reservations (
                -- Chosen by whoever reserves.
                id      TEXT    PRIMARY KEY,
                state   TEXT    NOT NULL CHECK (state IN ('held', 'committed', 'released')),
                created INTEGER NOT NULL,
                -- When one that is held is released by itself.
                expires INTEGER NOT NULL,
                updated INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX reservations_by_expiry ON reservations (expires) WHERE state = 'held';
            CREATE INDEX released_reservations ON reservations (updated) WHERE state = 'released';
            CREATE TABLE reserved_items (
                reservation TEXT    NOT NULL REFERENCES reservations (id) ON DELETE CASCADE,
                product_id  INTEGER NOT NULL,
                quantity    INTEGER NOT NULL CHECK (quantity > 0),
                PRIMARY KEY (reservation, product_id)
            ) STRICT, WITHOUT ROWID;
            """),
        Outbox.migration,
    ]
}
