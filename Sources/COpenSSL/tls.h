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

/// A session's view of its socket. Edge-triggered: the flags say whether a system call is worth making, and the BIO
/// clears them when the kernel's queue ran empty or full; only the event loop sets them again.
struct tls_channel {
    SSL *session;
    /// Bytes of a TLS 1.3 ticket that wait for the first other record, to leave in the same segment.
    unsigned char *held;
    unsigned int held_count;
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
};

static inline int tls_channel_read(BIO *bio, char *out, int count) {
    struct tls_channel *channel = (struct tls_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    if (channel->readable) {
        ssize_t received;
        do received = recv(channel->descriptor, out, (size_t)count, 0);
        while (received < 0 && errno == EINTR);
        if (received > 0) {
            if (received < count && !channel->hang_up) channel->readable = false;
            return (int)received;
        }
        if (received == 0) {
            channel->ended = true;
            return 0;
        }
        if (errno != EAGAIN) {
            channel->failure = errno;
            return -1;
        }
        channel->readable = false;
    }
    BIO_set_retry_read(bio);
    return -1;
}

/// Keeps a session ticket back; answers whether it could.
static inline bool tls_channel_hold(struct tls_channel *channel, const char *bytes, int count) {
    if (SSL_get_state(channel->session) != TLS_ST_SW_SESSION_TICKET || SSL_version(channel->session) != TLS1_3_VERSION)
        return false;
    unsigned char *grown =
        (unsigned char *)OPENSSL_realloc(channel->held, (size_t)channel->held_count + (size_t)count);
    if (!grown) return false;
    memcpy(grown + channel->held_count, bytes, (size_t)count);
    channel->held = grown;
    channel->held_count += (unsigned int)count;
    return true;
}

static inline int tls_channel_write(BIO *bio, const char *bytes, int count) {
    struct tls_channel *channel = (struct tls_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    if (tls_channel_hold(channel, bytes, count)) return count;
    if (channel->writable) {
        const int flags = MSG_NOSIGNAL | (channel->more ? MSG_MORE : 0);
        const size_t held = channel->held_count, total = held + (size_t)count;
        ssize_t sent;
        do {
            if (held == 0) {
                sent = send(channel->descriptor, bytes, (size_t)count, flags);
            } else {
                struct iovec parts[2] = {{channel->held, held}, {(void *)bytes, (size_t)count}};
                struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
                sent = sendmsg(channel->descriptor, &message, flags);
            }
        } while (sent < 0 && errno == EINTR);
        if (sent < 0 && errno != EAGAIN) {
            channel->failure = errno;
            return -1;
        }
        if (sent < 0 || (size_t)sent < total) channel->writable = false;
        if (sent > 0 && held > 0) {
            if ((size_t)sent < held) {
                memmove(channel->held, channel->held + sent, held - (size_t)sent);
                channel->held_count = (unsigned int)(held - (size_t)sent);
                sent = 0;
            } else {
                OPENSSL_free(channel->held);
                channel->held = NULL;
                channel->held_count = 0;
                sent -= (ssize_t)held;
            }
        }
        if (sent > 0) return (int)sent;
    }
    BIO_set_retry_write(bio);
    return -1;
}

static inline long tls_channel_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static inline int tls_channel_destroy(BIO *bio) {
    struct tls_channel *channel = (struct tls_channel *)BIO_get_data(bio);
    if (channel) OPENSSL_free(channel->held);
    OPENSSL_free(channel);
    BIO_set_data(bio, NULL);
    return 1;
}

/// The method table of channels: made once in a process.
static inline BIO_METHOD *tls_channel_method_new(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "channel");
    if (!method) return NULL;
    BIO_meth_set_read(method, tls_channel_read);
    BIO_meth_set_write(method, tls_channel_write);
    BIO_meth_set_ctrl(method, tls_channel_control);
    BIO_meth_set_destroy(method, tls_channel_destroy);
    return method;
}

/// Puts `session` on `descriptor`. The channel is freed with the session; the descriptor is the caller's.
static inline struct tls_channel *tls_channel_attach(SSL *session, const BIO_METHOD *method, int descriptor) {
    struct tls_channel *channel = (struct tls_channel *)OPENSSL_zalloc(sizeof(struct tls_channel));
    BIO *bio = channel ? BIO_new(method) : NULL;
    if (!bio) {
        OPENSSL_free(channel);
        return NULL;
    }
    channel->session = session;
    channel->descriptor = descriptor;
    BIO_set_data(bio, channel);
    BIO_set_init(bio, 1);
    SSL_set_bio(session, bio, bio);
    return channel;
}

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

/// Keys `mac` as HMAC-SHA-256.
static inline bool tls_ticket_mac_set_key(EVP_MAC_CTX *mac, const unsigned char *key, size_t count) {
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}
