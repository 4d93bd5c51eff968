// What SQLite needs of sqlite3: its header, and inline wrappers for macros and variadics that Swift cannot import.
#pragma once
#include <sqlite3.h>

/// Binds text that SQLite copies at once (SQLITE_TRANSIENT is a cast that Swift cannot see).
static inline int sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}

/// Binds bytes that SQLite copies at once. Zero bytes bind an empty blob, not NULL.
static inline int sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                      : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Sets a boolean option of one connection.
static inline int sqlite_db_config(sqlite3 *database, int option, int on) {
    return sqlite3_db_config(database, option, on, (int *)0);
}
