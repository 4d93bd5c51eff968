import Bytes

/// Which bytes may stand in field names and values (RFC 9110 section 5.6.2 and 5.5).
public enum FieldSyntax {
    /// Bit per byte below 64: `! # $ % & ' * + - .` and digits.
    @usableFromInline static let lowTokens: UInt64 = 0x03FF_6CFA_0000_0000
    /// Bit per byte from 64: letters, `^ _ backtick | ~`.
    @usableFromInline static let highTokens: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    /// Whether the byte may stand in a token, which is what names and methods are made of.
    @inlinable
    public static func isTokenByte(_ byte: UInt8) -> Bool {
        let word = byte & 64 == 0 ? lowTokens : highTokens
        return byte < 128 && (word &>> UInt64(byte & 63)) & 1 == 1
    }

    /// Whether the bytes are a token: not empty, and made of token bytes only.
    @inlinable
    public static func isToken(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !isTokenByte(bytes[index]) { return false }
        return !bytes.isEmpty
    }

    /// Whether the byte may stand in a field value: no control character but the tab.
    @inlinable
    public static func isValueByte(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == 0x09
    }

    /// Whether the bytes may be a field value.
    public static func isValue(_ bytes: Span<UInt8>) -> Bool {
        // Nearly every value has no control character at all; a tab is the one that is allowed.
        if !bytes.containsControlCharacter { return true }
        for index in bytes.indices where !isValueByte(bytes[index]) { return false }
        return true
    }
}
