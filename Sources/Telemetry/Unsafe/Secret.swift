import Bytes
import Glibc

/// Bytes that must never be printed: keys, passwords, tokens from the configuration.
///
/// Printing, interpolating, dumping or reflecting one gives `<redacted>`. The memory is overwritten when the last copy
/// goes away; copies that callers make of the bytes are theirs to look after.
public struct Secret: Sendable {
    private let storage: Storage

    /// A secret that holds a copy of `bytes`.
    public init(_ bytes: Span<UInt8>) {
        storage = Storage(bytes)
    }

    /// A secret that holds the UTF-8 of `text`.
    public init(_ text: String) {
        self.init(Array(text.utf8).span)
    }

    /// How many bytes the secret has.
    public var count: Int { storage.count }

    /// The bytes themselves.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            unsafe _overrideLifetime(storage.span, borrowing: self)
        }
    }
}

extension Secret: Equatable {
    /// Compares in time that depends only on the lengths.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.bytes.equalsInConstantTime(right.bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// Has no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Owns the memory of a secret; never changed after it was made, so it may be shared.
@safe
private final class Storage: @unchecked Sendable {
    private let memory: UnsafeMutableBufferPointer<UInt8>

    var count: Int { unsafe memory.count }

    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(memory))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    init(_ bytes: Span<UInt8>) {
        unsafe memory = .allocate(capacity: bytes.count)
        for index in bytes.indices { unsafe memory[index] = bytes[index] }
    }

    deinit {
        if let base = unsafe memory.baseAddress { unsafe explicit_bzero(base, memory.count) }
        unsafe memory.deallocate()
    }
}
