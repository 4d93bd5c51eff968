public import Bytes

/// The header or trailer fields of a message: one block of bytes and an index of where each name and value lies.
///
/// The HTTP/1 parser and the HPACK decoder fill the same shape, and forwarding copies ranges. Bytes are kept in their
/// HTTP/1 form (`name: value CRLF`) where the sender used it, so that unchanged fields are written as one run. Names
/// are tokens and values hold no control character but the tab: a block cannot be made to write another message.
///
/// Removing a field drops it from the index only. A block is reused for message after message and keeps its memory.
public struct FieldBlock: ~Copyable {
    /// Where one field lies.
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var name: ByteRange
        @usableFromInline var value: ByteRange
        @usableFromInline var known: KnownField
        /// Whether the bytes around are exactly `name: value CRLF`.
        @usableFromInline var isVerbatim: Bool
        /// Whether the field is about to be removed.
        @usableFromInline var isDropped = false
        /// Whether HTTP/2 keeps the field out of all tables.
        @usableFromInline var isSensitive = false

        @inlinable
        init(name: ByteRange, value: ByteRange, known: KnownField, isVerbatim: Bool) {
            self.name = name
            self.value = value
            self.known = known
            self.isVerbatim = isVerbatim
        }
    }

    @usableFromInline var bytes = ByteBuffer()
    @usableFromInline var entries: [Entry] = []
    /// One bit per known field, shared by those 64 apart: a clear bit proves absence.
    @usableFromInline var mayHold: UInt64 = 0

    /// A block without fields, and without memory until the first one.
    public init() {}

    /// How many fields there are; a name that occurs twice counts twice.
    @inlinable public var count: Int { entries.count }

    /// Whether there is no field.
    @inlinable public var isEmpty: Bool { entries.isEmpty }

    /// The name of a field as it was received.
    @inlinable
    @_lifetime(borrow self)
    public func name(at index: Int) -> Span<UInt8> {
        bytes.readable.extracting(entries[index].name.range)
    }

    /// The value of a field, without the whitespace around it.
    @inlinable
    @_lifetime(borrow self)
    public func value(at index: Int) -> Span<UInt8> {
        bytes.readable.extracting(entries[index].value.range)
    }

    /// Appends the value of a field to a buffer.
    public func copyValue(at index: Int, to buffer: inout ByteBuffer) {
        buffer.append(value(at: index))
    }

    /// Which known field it is.
    @inlinable
    public func known(at index: Int) -> KnownField { entries[index].known }

    /// Whether its sender asked every hop to keep the field out of compression tables (RFC 7541 section 6.2.3).
    @inlinable
    public func isSensitive(at index: Int) -> Bool { entries[index].isSensitive }

    /// Whether the field occurs.
    @inlinable
    public func contains(_ known: KnownField) -> Bool { firstIndex(of: known) != nil }

    /// The index of the first occurrence, nil when the field is absent.
    @inlinable
    public func firstIndex(of known: KnownField) -> Int? {
        guard mayHold & Self.bit(of: known) != 0 else { return nil }
        for index in entries.indices where entries[index].known == known { return index }
        return nil
    }

    /// The index of the next occurrence after `index`, nil when there is none.
    @inlinable
    public func nextIndex(of known: KnownField, after index: Int) -> Int? {
        var next = index + 1
        while next < entries.count {
            if entries[next].known == known { return next }
            next += 1
        }
        return nil
    }

    /// The index of the first field of this name, in any case; nil when there is none.
    public func firstIndex(named name: Span<UInt8>) -> Int? {
        nextIndex(named: name, after: -1)
    }

    /// The index of the next field of this name after `index`, in any case; nil when there is none.
    public func nextIndex(named name: Span<UInt8>, after index: Int) -> Int? {
        var next = index + 1
        while next < entries.count {
            if entries[next].name.count == name.count, self.name(at: next).equalsIgnoringCase(name) { return next }
            next += 1
        }
        return nil
    }

    /// How often the field occurs.
    @inlinable
    public func occurrences(of known: KnownField) -> Int {
        guard mayHold & Self.bit(of: known) != 0 else { return 0 }
        var count = 0
        for index in entries.indices where entries[index].known == known { count += 1 }
        return count
    }

    @inlinable
    static func bit(of known: KnownField) -> UInt64 { 1 &<< UInt64(known.rawValue & 63) }
}
