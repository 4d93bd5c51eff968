import SQLite
import ServiceKit

/// The history of the schema of `auth`.
enum AuthMigrations {
    static let all = [
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
            """),
        Migration(
            "revocations, service accounts and attempts",
            """
            CREATE TABLE revocations (
                -- Whoever read up to one of them asks for those behind it, so that none may be given out twice.
                number  INTEGER PRIMARY KEY AUTOINCREMENT,
                -- The session (sid) or the one token (jti) that ended.
                id      TEXT    NOT NULL UNIQUE,
                -- When the last token that it concerns is refused anyway.
                expires INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX revocations_by_expiry ON revocations (expires);
            CREATE TABLE service_accounts (
                -- Revocations name ids, which are therefore never given out twice.
                id      INTEGER PRIMARY KEY AUTOINCREMENT,
                name    TEXT    NOT NULL UNIQUE,
                -- SHA-256 of 32 random bytes, which nobody can guess: it need not be slow.
                digest  BLOB    NOT NULL,
                -- Words.
                scope   TEXT    NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE attempts (
                -- What is guessed at, or from where.
                bucket  TEXT    PRIMARY KEY,
                -- The second at which the bucket is full again.
                full_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX attempts_by_end ON attempts (full_at);
            """),
        Outbox.migration,
    ]
}
