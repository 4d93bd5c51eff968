// What Crypto needs of OpenSSL 3: its headers, and inline wrappers for macros that Swift cannot import.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// EVP_PKEY_Q_keygen is variadic.
static inline EVP_PKEY *COpenSSL_generate_ec(const char *curve) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

static inline EVP_PKEY *COpenSSL_generate_rsa(size_t bits) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
}

// For types without parameters: "ED25519", "ED448".
static inline EVP_PKEY *COpenSSL_generate(const char *type) {
    return EVP_PKEY_Q_keygen(NULL, NULL, type);
}

// BIO_get_mem_data, OPENSSL_free and X509V3_set_ctx_nodb are macros with casts.
static inline long COpenSSL_memory(BIO *bio, char **data) {
    return BIO_get_mem_data(bio, data);
}

static inline void COpenSSL_free(void *memory) {
    OPENSSL_free(memory);
}

// A password callback that has none: an encrypted key fails to load instead of asking on the terminal.
static inline int COpenSSL_no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

// The selection EVP_PKEY_PUBLIC_KEY is a macro of macros.
static const int COpenSSL_select_public_key = EVP_PKEY_PUBLIC_KEY;

// OpenSSL keeps pointers to parameter names; a Swift string would lend it one for the call only.
static inline int COpenSSL_push_rsa(OSSL_PARAM_BLD *builder, const BIGNUM *n, const BIGNUM *e) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
}

static inline int COpenSSL_push_ec(OSSL_PARAM_BLD *builder, const char *group, const void *point, size_t size) {
    return OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0)
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, size);
}

// Keys a MAC context for the digest of this name.
static inline int COpenSSL_mac_init(EVP_MAC_CTX *context, const void *key, size_t size, const char *digest) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, (const unsigned char *)key, size, parameters);
}
