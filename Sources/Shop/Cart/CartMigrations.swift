import SQLite

/// The history of the schema of `cart`.
enum CartMigrations {
    static let all = [
        Migration(
            "cart items",
            """
            CREATE TABLE items (
                -- Clients remember ids, which are therefore never given out twice.
                id         INTEGER PRIMARY KEY AUTOINCREMENT,
                user       TEXT    NOT NULL,
                product_id INTEGER NOT NULL,
                quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
                created    INTEGER NOT NULL,
                updated    INTEGER NOT NULL,
                UNIQUE (user, product_id)
            ) STRICT;
            """)
    ]
}
