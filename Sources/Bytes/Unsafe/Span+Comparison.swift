extension Span where Element == UInt8 {
    /// Whether both spans hold the same bytes. Takes time that depends on them: not for secrets.
    @inlinable
    public func equals(_ other: Span<UInt8>) -> Bool {
        count == other.count && hasSameBytes(other)
    }

    /// Compares eight bytes at a time; the last eight may overlap those before.
    @usableFromInline
    func hasSameBytes(_ other: Span<UInt8>) -> Bool {
        let length = count
        guard length >= 8 else {
            for index in indices where self[index] != other[index] { return false }
            return true
        }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                var offset = 0
                while offset + 8 <= length {
                    let one = unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    let two = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if one != two { return false }
                    offset += 8
                }
                let one = unsafe left.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
                let two = unsafe right.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
                return one == two
            }
        }
    }

    /// Whether a byte is below space or is delete (0x7F): looked for eight bytes at a time.
    public var containsControlCharacter: Bool {
        let length = count
        let isControl = { (byte: UInt8) in byte < 0x20 || byte == 0x7F }
        guard length >= 8 else {
            for index in indices where isControl(self[index]) { return true }
            return false
        }
        return unsafe withUnsafeBytes { bytes in
            var offset = 0
            while true {
                let start = min(offset, length - 8)
                let word = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                // The high bit of each byte that is below 0x20, or that is 0x7F.
                let low = (word &- 0x2020_2020_2020_2020) & ~word
                let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
                let deleted = (delete &- 0x0101_0101_0101_0101) & ~delete
                if (low | deleted) & 0x8080_8080_8080_8080 != 0 { return true }
                offset += 8
                if offset >= length { return false }
            }
        }
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
