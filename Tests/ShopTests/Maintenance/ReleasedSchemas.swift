import SQLite

/// The schemas of the first release, letter by letter.
enum ReleasedSchemas {
    static let auth = [
        Migration(
            "users and refresh tokens",
            """
            CREATE TABLE users (
                -- The subject of tokens, and so never given out twice.
                id            INTEGER PRIMARY KEY AUTOINCREMENT,
                username      TEXT    NOT NULL,
                -- Lowercase: alice and Alice are one account.
                username_key  TEXT    NOT NULL UNIQUE,
                email         TEXT,
                email_key     TEXT    UNIQUE,
                password_hash TEXT    NOT NULL,
                -- Words.
                roles         TEXT    NOT NULL,
                created       INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE refresh_tokens (
                -- SHA-256: who reads this file has no token.
                digest      BLOB    PRIMARY KEY,
                -- All tokens that came out of one sign-in.
                family      BLOB    NOT NULL,
                user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                expires     INTEGER NOT NULL,
                -- 1 when it was exchanged for the next one; it is kept to notice that it is used again.
                is_replaced INTEGER NOT NULL DEFAULT 0
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
            CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);
            CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires);
            """)
    ]

    static let products = [
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
