public import Bytes
import COpenSSL

/// The keys that session tickets are sealed with: the current one, and the one before it, with which tickets are still
/// opened ([RFC 5077, section 5.5](https://www.rfc-editor.org/rfc/rfc5077#section-5.5)).
///
/// One ring serves all server contexts of a process, so that sessions resume on every loop and after a change of
/// certificates. Old keys are wiped: who later steals the current one cannot read yesterday's traffic.
@safe
public final class TicketKeyRing: @unchecked Sendable {
    /// How long a key seals tickets. A ticket is good for as long, so that it can be opened to its end.
    public static let rotationInterval = Duration.seconds(12 * 60 * 60)

    private let lock = ReadWriteLock()
    private var current: TicketKey
    private var previous: TicketKey?
    private var lastRotation: Instant

    /// A ring with one fresh key.
    public init(now: Instant) throws(TLSConfigurationError) {
        guard let key = TicketKey() else { throw .library(reason: OpenSSLErrors.takeText()) }
        current = key
        lastRotation = now
    }

    /// Takes a fresh key into use when the current one is 12 hours old. To be called now and then.
    ///
    /// - Returns: whether the keys changed.
    @discardableResult
    public func rotate(now: Instant) -> Bool {
        lock.writing {
            guard now - lastRotation >= Self.rotationInterval.nanoseconds, let fresh = TicketKey() else { return false }
            previous = current
            current = fresh
            lastRotation = now
            return true
        }
    }

    /// The key to seal tickets with.
    var sealing: TicketKey { lock.reading { current } }

    /// The key that a ticket was sealed with, if it is still known, and whether it is the current one.
    func opening(name: UnsafePointer<UInt8>) -> (key: TicketKey, isCurrent: Bool)? {
        lock.reading {
            if unsafe current.hasName(name) { return (current, true) }
            if let previous, unsafe previous.hasName(name) { return (previous, false) }
            return nil
        }
    }
}

/// One key: its name, which is public, and what encrypts and authenticates tickets. Wiped when nobody uses it anymore.
@safe
final class TicketKey: @unchecked Sendable {
    static let nameCount = 16
    private static let cipherKeyCount = 32
    private static let macKeyCount = 32
    private static let count = nameCount + cipherKeyCount + macKeyCount

    /// Fetched once: a fetch searches all providers under a lock.
    private nonisolated(unsafe) static let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-CBC", nil)

    private let bytes: UnsafeMutablePointer<UInt8>

    /// A random key; nil when there is no randomness.
    init?() {
        unsafe bytes = .allocate(capacity: Self.count)
        unsafe bytes.initialize(repeating: 0, count: Self.count)
        guard unsafe RAND_priv_bytes(bytes, CInt(Self.count)) == 1 else { return nil }
    }

    deinit {
        unsafe OPENSSL_cleanse(bytes, Self.count)
        unsafe bytes.deallocate()
    }

    func hasName(_ name: UnsafePointer<UInt8>) -> Bool {
        unsafe CRYPTO_memcmp(bytes, name, Self.nameCount) == 0
    }

    /// Prepares the sealing of a ticket: writes the name and a fresh initialisation vector, which OpenSSL puts in front.
    func prepareSealing(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipher context: OpaquePointer,
        mac: OpaquePointer
    ) -> Bool {
        unsafe name.update(from: bytes, count: Self.nameCount)
        return unsafe RAND_bytes(vector, EVP_CIPHER_get_iv_length(Self.cipher)) == 1
            && EVP_EncryptInit_ex2(context, Self.cipher, bytes + Self.nameCount, vector, nil) == 1
            && keyMAC(mac)
    }

    /// Prepares the opening of a ticket.
    func prepareOpening(vector: UnsafePointer<UInt8>, cipher context: OpaquePointer, mac: OpaquePointer) -> Bool {
        unsafe EVP_DecryptInit_ex2(context, Self.cipher, bytes + Self.nameCount, vector, nil) == 1 && keyMAC(mac)
    }

    private func keyMAC(_ mac: OpaquePointer) -> Bool {
        unsafe tls_ticket_mac_set_key(mac, bytes + Self.nameCount + Self.cipherKeyCount, Self.macKeyCount)
    }
}
