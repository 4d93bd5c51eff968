extension Span where Element == UInt8 {
    /// Whether both spans hold the same bytes. Takes time that depends on them: not for secrets.
    @inlinable
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the span holds the UTF-8 of `text`.
    @inlinable
    public func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in indices where unsafe self[index] != expected[index] { return false }
            return true
        }
    }

    /// Whether the span holds `lowercase`, with `A`-`Z` taken as `a`-`z`. `lowercase` must have no capitals.
    @inlinable
    public func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        return lowercase.withUTF8Buffer { expected in
            for index in indices where unsafe ASCII.lowercased(self[index]) != expected[index] { return false }
            return true
        }
    }

    /// Whether both spans hold the same bytes when ASCII case is ignored.
    @inlinable
    public func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where ASCII.lowercased(self[index]) != ASCII.lowercased(other[index]) { return false }
        return true
    }

    /// Whether the span starts with `prefix`.
    @inlinable
    public func starts(with prefix: Span<UInt8>) -> Bool {
        count >= prefix.count && extracting(first: prefix.count).equals(prefix)
    }

    /// Whether both spans hold the same bytes, in time that depends only on their lengths: for secrets and tags.
    public func equalsInConstantTime(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for index in indices { difference |= self[index] ^ other[index] }
        return difference == 0
    }

    /// The bytes as text, with invalid UTF-8 replaced. Not for the request path.
    public var text: String {
        String(decoding: array, as: UTF8.self)
    }

    /// The bytes as an array of their own.
    public var array: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in indices { unsafe buffer[index] = self[index] }
            initialized = count
        }
    }
}
