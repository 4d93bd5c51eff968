import SQLite
import ServiceKit

/// The history of the schema of `profile`.
enum ProfileMigrations {
    static let all = [
        Migration(
            "profiles, addresses and payment methods",
            """
            CREATE TABLE profiles (
                user    TEXT    PRIMARY KEY,
                name    TEXT    NOT NULL,
                email   TEXT,
                phone   TEXT    NOT NULL,
                created INTEGER NOT NULL,
                updated INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE addresses (
                id          INTEGER PRIMARY KEY AUTOINCREMENT,
                owner       TEXT    NOT NULL,
                label       TEXT    NOT NULL,
                recipient   TEXT    NOT NULL,
                line1       TEXT    NOT NULL,
                line2       TEXT    NOT NULL,
                city        TEXT    NOT NULL,
                region      TEXT    NOT NULL,
                postal_code TEXT    NOT NULL,
                -- ISO 3166-1 alpha-2.
                country     TEXT    NOT NULL,
                phone       TEXT    NOT NULL,
                is_default  INTEGER NOT NULL,
                created     INTEGER NOT NULL,
                updated     INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX addresses_by_owner ON addresses (owner, id);
            CREATE UNIQUE INDEX addresses_default ON addresses (owner) WHERE is_default;
            CREATE TABLE payment_methods (
                id         INTEGER PRIMARY KEY AUTOINCREMENT,
                owner      TEXT    NOT NULL,
                -- The payment provider's name of it. The number of the card is never here.
                token      TEXT    NOT NULL,
                brand      TEXT    NOT NULL,
                last_four  TEXT    NOT NULL CHECK (length(last_four) = 4),
                is_default INTEGER NOT NULL,
                created    INTEGER NOT NULL,
                UNIQUE (owner, token)
            ) STRICT;
            CREATE INDEX payment_methods_by_owner ON payment_methods (owner, id);
            CREATE UNIQUE INDEX payment_methods_default ON payment_methods (owner) WHERE is_default;
            """),
        Inbox.migration,
    ]
}
