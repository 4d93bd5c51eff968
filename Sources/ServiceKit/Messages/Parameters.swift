import Bytes

/// Names and values as a query or an `application/x-www-form-urlencoded` body writes them
/// (<https://url.spec.whatwg.org/#urlencoded-parsing>).
public struct Parameters: Hashable, Sendable {
    /// The pairs in their order.
    public let pairs: [Pair]

    /// One name with its value.
    public struct Pair: Hashable, Sendable {
        /// The decoded name.
        public let name: String
        /// The decoded value.
        public let value: String
    }

    /// - Returns: nil when a percent sign has no two digits behind it, or the text is not UTF-8.
    public init?(_ text: Span<UInt8>) {
        var pairs: [Pair] = []
        for part in text.array.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0], plusIsSpace: true),
                let value = sides.count < 2 ? "" : Self.decode(sides[1], plusIsSpace: true)
            else { return nil }
            pairs.append(Pair(name: name, value: value))
        }
        self.pairs = pairs
    }

    /// No parameters.
    public init() {
        pairs = []
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// Decodes percent-encoded text (RFC 3986 section 2.1).
    static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "%"):
                guard text.endIndex - index > 2, let high = ASCII.hexValue(text[index + 1]),
                    let low = ASCII.hexValue(text[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// `text` as it stands in a path segment or a query: everything but unreserved characters is percent-encoded.
    public static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
