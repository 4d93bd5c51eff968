import SQLite

/// The history of the schema of `customers`.
enum CustomerMigrations {
    static let all = [
        Migration(
            "customers",
            """
            CREATE TABLE customers (
                -- Others keep ids, which are therefore never given out twice.
                id        INTEGER PRIMARY KEY AUTOINCREMENT,
                owner     TEXT    NOT NULL,
                name      TEXT    NOT NULL,
                email     TEXT    NOT NULL,
                -- Lowercase: one record per address. Another user may well have the same customer.
                email_key TEXT    NOT NULL,
                created   INTEGER NOT NULL,
                updated   INTEGER NOT NULL,
                UNIQUE (owner, email_key)
            ) STRICT;
            CREATE INDEX customers_by_owner ON customers (owner, id);
            """)
    ]
}
