// What SQLite needs of sqlite3: its header, and inline wrappers for variadics that Swift cannot import.
#pragma once
#include <sqlite3.h>
