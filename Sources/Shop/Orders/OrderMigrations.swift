import SQLite
import ServiceKit

/// The history of the schema of `orders`.
enum OrderMigrations {
    static let all = [
        orders, checkouts, IdempotencyKeys.migration, Outbox.migration, TestPaymentProvider.migration, claims,
    ]

    private static let orders = Migration(
        "orders",
        """
        CREATE TABLE orders (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            buyer         TEXT    NOT NULL,
            customer_name TEXT,
            -- The Idempotency-Key of the request that placed it, with that request's path.
            request_key   TEXT,
            status        TEXT    NOT NULL CHECK (status IN
                ('pending', 'pending_payment', 'paid', 'shipped', 'delivered', 'cancelled', 'failed')),
            payment       TEXT    NOT NULL CHECK (payment IN ('none', 'pending', 'charged', 'declined', 'refunded')),
            -- Why it failed, as JSON.
            failure       TEXT,
            -- In cents.
            total         INTEGER NOT NULL CHECK (total >= 0),
            created       INTEGER NOT NULL,
            updated       INTEGER NOT NULL,
            -- When its buyer took it off the list. The books keep it.
            removed       INTEGER,
            UNIQUE (buyer, request_key)
        ) STRICT;
        CREATE INDEX orders_by_buyer ON orders (buyer, id);
        CREATE TABLE order_items (
            order_id   INTEGER NOT NULL REFERENCES orders (id),
            place      INTEGER NOT NULL,
            product_id INTEGER NOT NULL,
            name       TEXT    NOT NULL,
            seller     TEXT    NOT NULL,
            price      INTEGER NOT NULL CHECK (price >= 0),
            quantity   INTEGER NOT NULL CHECK (quantity > 0),
            PRIMARY KEY (order_id, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX order_items_by_seller ON order_items (seller, order_id);
        """)

    private static let checkouts = Migration(
        "checkouts",
        """
        CREATE TABLE checkouts (
            order_id  INTEGER PRIMARY KEY REFERENCES orders (id),
            -- What inventory and the payment provider know the order by.
            reference TEXT    NOT NULL UNIQUE,
            step      TEXT    NOT NULL CHECK (step IN ('reserving', 'charging', 'completing', 'undoing', 'done')),
            -- Whoever works on it, or did.
            lease     INTEGER NOT NULL,
            -- When the step is tried again, and how often it was in vain.
            due       INTEGER NOT NULL,
            attempts  INTEGER NOT NULL DEFAULT 0,
            -- Empty once it is not needed any more.
            payment_token TEXT NOT NULL,
            -- The items of the buyer's cart that were bought, as a JSON array.
            cart_items    TEXT NOT NULL
        ) STRICT;
        CREATE INDEX checkouts_due ON checkouts (due) WHERE step <> 'done';
        -- Every step that any checkout ever took.
        CREATE TABLE checkout_journal (
            entry    INTEGER PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id),
            step     TEXT    NOT NULL,
            time     INTEGER NOT NULL,
            note     TEXT
        ) STRICT;
        CREATE INDEX checkout_journal_by_order ON checkout_journal (order_id);
        """)

    private static let claims = Migration(
        "claims of cart items",
        """
        CREATE TABLE cart_claims (
            -- An item of a cart is bought by one order.
            item_id  INTEGER PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id),
            claimed  INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX cart_claims_by_order ON cart_claims (order_id);
        """)
}
