import Bytes
import COpenSSL

/// A secret key for HMAC (RFC 2104), with the key already worked into the hash state.
///
/// The keyed state is never written after it was made; every computation works on a copy, so one key serves all threads.
@safe
public final class HMACKey: @unchecked Sendable {
    /// The hash function.
    public let hash: HashAlgorithm
    private let keyed: OpaquePointer

    /// - Parameters:
    ///   - secret: the key; it is not kept beyond OpenSSL's own copy.
    ///   - hash: the hash function.
    public init(secret: Span<UInt8>, hash: HashAlgorithm) {
        self.hash = hash
        guard let method = unsafe EVP_MAC_fetch(nil, "HMAC", nil), let context = unsafe EVP_MAC_CTX_new(method) else {
            preconditionFailure("OpenSSL has no HMAC")
        }
        unsafe EVP_MAC_free(method)
        unsafe keyed = context
        let done = unsafe secret.withUnsafeBytes { secret in
            // A null pointer would mean "keep the key", also for an empty one.
            var none: UInt8 = 0
            return unsafe withUnsafeBytes(of: &none) { none in
                unsafe COpenSSL_mac_init(context, secret.baseAddress ?? none.baseAddress, secret.count, hash.name)
            }
        }
        precondition(done == 1, "HMAC does not take its key")
    }

    deinit {
        unsafe EVP_MAC_CTX_free(keyed)
    }

    /// The authentication code of `message`.
    public func authenticationCode(for message: Span<UInt8>) -> [UInt8] {
        guard let context = unsafe EVP_MAC_CTX_dup(keyed) else { preconditionFailure("out of memory") }
        defer { unsafe EVP_MAC_CTX_free(context) }
        let updated = unsafe message.withUnsafeBufferPointer { message in
            unsafe EVP_MAC_update(context, message.baseAddress, message.count)
        }
        precondition(updated == 1, "HMAC failed")
        return unsafe [UInt8](unsafeUninitializedCapacity: hash.byteCount) { output, written in
            let done = unsafe EVP_MAC_final(context, output.baseAddress, &written, output.count)
            precondition(done == 1, "HMAC failed")
        }
    }

    /// Whether `code` is the whole authentication code of `message`, compared in constant time.
    public func isValid(_ code: Span<UInt8>, for message: Span<UInt8>) -> Bool {
        guard code.count == hash.byteCount else { return false }
        return authenticationCode(for: message).span.equalsInConstantTime(code)
    }
}
