// What TLS needs of OpenSSL 3: its headers, inline wrappers for macros that Swift cannot import, and the BIO that puts
// a session on a non-blocking socket.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <malloc.h> // For tests of what a session costs.
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/// A session's view of its socket. Edge-triggered: the flags say whether a system call is worth making, and are cleared
/// when the kernel's queue ran empty or full; only the event loop sets them again.
struct tls_channel {
    /// NULL once the session is no longer needed.
    SSL *session;
    /// A TLS 1.3 ticket that waits for the first other record, to leave in the same segment.
    unsigned char *held;
    /// Ciphertext that was received beyond what the session asked for.
    unsigned char *ahead;
    unsigned int held_count;
    unsigned int ahead_start;
    unsigned int ahead_end;
    int descriptor;
    /// errno of the call that failed for good, or 0.
    int failure;
    bool readable;
    bool writable;
    /// The event loop saw the peer's end of stream: a short read does not mean that nothing is left to read.
    bool hang_up;
    /// recv answered end of stream.
    bool ended;
    /// More records follow at once: let the kernel fill its segments.
    bool more;
    /// Receive into `ahead`, not straight into the session.
    bool reads_ahead;
    /// Which secrets are known: 1 for the client's, 2 for the server's.
    unsigned char known_secrets;
    /// The TLS 1.3 application traffic secrets: the client's, the server's.
    unsigned char secrets[2][EVP_MAX_MD_SIZE];
};

/// How much a session that reads ahead receives at once: a client's first flight.
enum { tls_channel_ahead_size = 4096 };

static inline struct tls_channel *tls_channel_new(int descriptor) {
    struct tls_channel *channel = (struct tls_channel *)OPENSSL_zalloc(sizeof(struct tls_channel));
    if (channel) channel->descriptor = descriptor;
    return channel;
}

static inline void tls_channel_free(struct tls_channel *channel) {
    if (!channel) return;
    OPENSSL_free(channel->held);
    OPENSSL_free(channel->ahead);
    OPENSSL_clear_free(channel, sizeof(struct tls_channel));
}

/// Gives back what only the handshake needs.
static inline void tls_channel_release(struct tls_channel *channel) {
    OPENSSL_free(channel->held);
    OPENSSL_free(channel->ahead);
    channel->held = channel->ahead = NULL;
    channel->held_count = channel->ahead_start = channel->ahead_end = 0;
    channel->reads_ahead = false;
}

/// Receives up to `count` bytes: how many, 0 at the end of the stream, -1 when nothing is there now or with `failure`.
static inline ssize_t tls_channel_receive(struct tls_channel *channel, void *bytes, size_t count) {
    if (!channel->readable) return -1;
    ssize_t received;
    do received = recv(channel->descriptor, bytes, count, 0);
    while (received < 0 && errno == EINTR);
    if (received > 0) {
        if ((size_t)received < count && !channel->hang_up) channel->readable = false;
    } else if (received == 0) {
        channel->ended = true;
    } else if (errno == EAGAIN) {
        channel->readable = false;
    } else {
        channel->failure = errno;
    }
    return received;
}

/// Sends up to `count` bytes: how many, -1 when none fit now or with `failure`.
static inline ssize_t tls_channel_send(struct tls_channel *channel, const void *bytes, size_t count) {
    if (!channel->writable) return -1;
    ssize_t sent;
    do sent = send(channel->descriptor, bytes, count, MSG_NOSIGNAL | (channel->more ? MSG_MORE : 0));
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno != EAGAIN) {
        channel->failure = errno;
    } else if (sent < (ssize_t)count) {
        channel->writable = false;
    }
    return sent;
}

/// Keeps a session ticket back; answers whether it was one: -1 if there is no memory for it.
static inline int tls_channel_hold(struct tls_channel *channel, const char *bytes, int count) {
    if (!channel->known_secrets || SSL_get_state(channel->session) != TLS_ST_SW_SESSION_TICKET) return 0;
    unsigned char *grown =
        (unsigned char *)OPENSSL_realloc(channel->held, (size_t)channel->held_count + (size_t)count);
    if (!grown) return -1;
    memcpy(grown + channel->held_count, bytes, (size_t)count);
    channel->held = grown;
    channel->held_count += (unsigned int)count;
    return 1;
}

static inline int tls_bio_read(BIO *bio, char *out, int count) {
    struct tls_channel *channel = (struct tls_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    ssize_t received = -1;
    if (channel->reads_ahead && channel->ahead_start == channel->ahead_end) {
        if (!channel->ahead && channel->readable) channel->ahead = (unsigned char *)OPENSSL_malloc(tls_channel_ahead_size);
        received = channel->ahead ? tls_channel_receive(channel, channel->ahead, tls_channel_ahead_size) : -1;
        channel->ahead_start = 0;
        channel->ahead_end = received > 0 ? (unsigned int)received : 0;
    }
    if (channel->ahead_start < channel->ahead_end) {
        const unsigned int rest = channel->ahead_end - channel->ahead_start;
        received = (unsigned int)count < rest ? (unsigned int)count : rest;
        memcpy(out, channel->ahead + channel->ahead_start, (size_t)received);
        channel->ahead_start += (unsigned int)received;
    } else if (!channel->reads_ahead) {
        OPENSSL_free(channel->ahead);
        channel->ahead = NULL;
        received = tls_channel_receive(channel, out, (size_t)count);
    }
    if (received < 0 && channel->failure == 0) BIO_set_retry_read(bio);
    return (int)received;
}

static inline int tls_bio_write(BIO *bio, const char *bytes, int count) {
    struct tls_channel *channel = (struct tls_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    switch (tls_channel_hold(channel, bytes, count)) {
    case 1: return count;
    case -1: return -1;
    }
    const ssize_t sent = tls_channel_send(channel, bytes, (size_t)count);
    if (sent < 0 && channel->failure == 0) BIO_set_retry_write(bio);
    return (int)sent;
}

static inline long tls_bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

/// The method table of BIOs over channels: made once in a process.
static inline BIO_METHOD *tls_bio_method_new(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "channel");
    if (!method) return NULL;
    BIO_meth_set_read(method, tls_bio_read);
    BIO_meth_set_write(method, tls_bio_write);
    BIO_meth_set_ctrl(method, tls_bio_control);
    return method;
}

/// Puts `session` on `channel`, which outlives it.
static inline bool tls_channel_attach(struct tls_channel *channel, SSL *session, const BIO_METHOD *method) {
    BIO *bio = BIO_new(method);
    if (!bio) return false;
    channel->session = session;
    BIO_set_data(bio, channel);
    BIO_set_init(bio, 1);
    SSL_set_bio(session, bio, bio);
    return true;
}

/// The channel of a session in its handshake.
static inline struct tls_channel *tls_session_channel(const SSL *session) {
    BIO *bio = SSL_get_rbio(session);
    return bio ? (struct tls_channel *)BIO_get_data(bio) : NULL;
}

/// Where a channel keeps the secret of the client (0) or the server (1): EVP_MAX_MD_SIZE bytes.
static inline unsigned char *tls_channel_secret(struct tls_channel *channel, int side) { return channel->secrets[side]; }

/// Options, which Swift cannot import as they are made by a macro with an argument.
static inline void tls_context_set_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA);
}
static inline void tls_context_disable_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}
static inline void tls_context_set_modes(SSL_CTX *context, long modes) { SSL_CTX_set_mode(context, modes); }
static inline void tls_context_set_session_cache(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline bool tls_context_set_minimum_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}
static inline bool tls_context_set_groups(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list) == 1;
}
static inline bool tls_context_set_signature_algorithms(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_sigalgs_list(context, list) == 1;
}
static inline bool tls_context_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate) == 1;
}
static inline void tls_context_set_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }
static inline void tls_context_set_owner(SSL_CTX *context, void *owner) { SSL_CTX_set_app_data(context, owner); }
static inline void *tls_session_owner(const SSL *session) {
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
}
static inline void tls_context_on_server_name(SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *owner) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, owner);
}
static inline bool tls_session_set_server_name(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name) == 1;
}

/// The bytes of an alternative name: their number, with where they are and what kind of name it is; -1 for other kinds.
static inline int tls_alternative_name(
    const GENERAL_NAMES *names, int index, bool *is_address, const unsigned char **bytes) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) return -1;
    const ASN1_STRING *value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    *is_address = name->type == GEN_IPADD;
    *bytes = ASN1_STRING_get0_data(value);
    return ASN1_STRING_length(value);
}
static inline int tls_alternative_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

/// Writes a distinguished name as RFC 4514 has it, with UTF-8 as it is.
static inline bool tls_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0;
}

/// The text that was written to a memory BIO.
static inline long tls_memory_text(BIO *bio, char **text) { return BIO_get_mem_data(bio, text); }

/// Seals a record (RFC 8446, section 5.2) at `out`: header, `count` encrypted bytes and their type, tag.
static inline bool tls_record_seal(
    EVP_CIPHER_CTX *cipher, const unsigned char *nonce, unsigned char type, const unsigned char *bytes, int count,
    unsigned char *out) {
    const int length = count + 1 + 16;
    int done = 0;
    out[0] = 23, out[1] = 3, out[2] = 3, out[3] = (unsigned char)(length >> 8), out[4] = (unsigned char)length;
    return EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, nonce) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &done, out, 5) == 1 &&
           (count == 0 || EVP_EncryptUpdate(cipher, out + 5, &done, bytes, count) == 1) &&
           EVP_EncryptUpdate(cipher, out + 5 + count, &done, &type, 1) == 1 &&
           EVP_EncryptFinal_ex(cipher, out + 6 + count, &done) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, out + 6 + count) == 1;
}

/// Opens a record of `count` encrypted bytes: all but the last one are written to `out`. False when it is forged.
static inline bool tls_record_open(
    EVP_CIPHER_CTX *cipher, const unsigned char *nonce, const unsigned char *record, int count, unsigned char *out,
    unsigned char *last) {
    int done = 0;
    return EVP_DecryptInit_ex(cipher, NULL, NULL, NULL, nonce) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &done, record, 5) == 1 &&
           (count == 1 || EVP_DecryptUpdate(cipher, out, &done, record + 5, count - 1) == 1) &&
           EVP_DecryptUpdate(cipher, last, &done, record + 4 + count, 1) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(record + 5 + count)) == 1 &&
           EVP_DecryptFinal_ex(cipher, last, &done) == 1;
}

/// Keys `mac` as HMAC-SHA-256.
static inline bool tls_ticket_mac_set_key(EVP_MAC_CTX *mac, const unsigned char *key, size_t count) {
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}
