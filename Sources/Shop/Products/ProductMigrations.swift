import SQLite
import ServiceKit

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
            """),
        Migration(
            "reviews, favorites and search",
            """
            -- The sum of the stars of all reviews, and their number.
            ALTER TABLE products ADD COLUMN stars        INTEGER NOT NULL DEFAULT 0 CHECK (stars >= 0);
            ALTER TABLE products ADD COLUMN reviews      INTEGER NOT NULL DEFAULT 0 CHECK (reviews >= 0);
            -- What `orders` and `inventory` told.
            ALTER TABLE products ADD COLUMN sold         INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0);
            ALTER TABLE products ADD COLUMN availability TEXT    NOT NULL DEFAULT 'in_stock'
                CHECK (availability IN ('in_stock', 'low', 'sold_out'));

            CREATE TABLE reviews (
                id         INTEGER PRIMARY KEY AUTOINCREMENT,
                product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
                author     TEXT    NOT NULL,
                rating     INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
                comment    TEXT    NOT NULL,
                created    INTEGER NOT NULL,
                UNIQUE (product_id, author)
            ) STRICT;
            CREATE INDEX reviews_by_product ON reviews (product_id, id);

            CREATE TABLE favorites (
                user       TEXT    NOT NULL,
                product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
                added      INTEGER NOT NULL,
                PRIMARY KEY (user, product_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX favorites_by_time ON favorites (user, added, product_id);
            CREATE INDEX favorites_by_product ON favorites (product_id);

            -- An index only: the texts stay in `products`, and whoever changes them changes it too. A trigger may not: to
            -- SQLite the schema of a file is not to be trusted with virtual tables.
            CREATE VIRTUAL TABLE product_search USING fts5 (
                name, category, description, content = 'products', content_rowid = 'id',
                tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
            );
            INSERT INTO product_search (product_search) VALUES ('rebuild');
            """),
        Inbox.migration,
    ]
}
