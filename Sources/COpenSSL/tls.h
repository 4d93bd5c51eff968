// What TLS needs of OpenSSL 3: its headers, and inline wrappers for macros that Swift cannot import.
#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
