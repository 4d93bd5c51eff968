import SQLite

/// The history of the schema of `products`.
enum ProductMigrations {
    static let all = [
        Migration(
            "products",
            """
            CREATE TABLE products (
                -- Orders refer to ids, which are therefore never given out twice.
                id           INTEGER PRIMARY KEY AUTOINCREMENT,
                name         TEXT    NOT NULL,
                -- Lowercase by Unicode's rules, which SQLite does not know.
                name_key     TEXT    NOT NULL,
                description  TEXT    NOT NULL,
                -- In cents.
                price        INTEGER NOT NULL CHECK (price >= 0),
                category     TEXT    NOT NULL,
                category_key TEXT    NOT NULL,
                seller       TEXT    NOT NULL,
                created      INTEGER NOT NULL,
                updated      INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX products_by_name ON products (name_key);
            CREATE INDEX products_by_price ON products (price);
            CREATE INDEX products_by_category ON products (category_key);
            CREATE INDEX products_by_created ON products (created);
            """)
    ]
}
