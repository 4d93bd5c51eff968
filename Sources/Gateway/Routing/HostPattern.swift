import Bytes

/// A host that a route names: `shop.test`, or `*.shop.test` for every host below it.
public struct HostPattern: Hashable, Sendable, CustomStringConvertible {
    /// The host in lower case, without the `*.`.
    public let name: String
    /// Whether every host below the name is meant, and not the name itself.
    public let isWildcard: Bool

    /// Parses a host, without a port.
    public init(_ text: String) throws(PatternError) {
        isWildcard = text.hasPrefix("*.")
        let name = (isWildcard ? String(text.dropFirst(2)) : text).lowercased()
        if name.hasPrefix("[") {
            guard name.hasSuffix("]"), !isWildcard, name.utf8.dropFirst().dropLast().allSatisfy(Self.isAddressByte)
            else { throw PatternError("\"\(text)\" is not a host") }
        } else {
            if name.contains("*") {
                throw PatternError("'*' may only stand first in a host, as in \"*.example.com\"")
            }
            if name.contains(":") { throw PatternError("a host is written without a port") }
            let labels = name.split(separator: ".", omittingEmptySubsequences: false)
            guard name.utf8.count <= 253, labels.allSatisfy({ Self.isLabel($0.utf8) }) else {
                throw PatternError("\"\(text)\" is not a host")
            }
        }
        self.name = name
    }

    /// As it is written in the file.
    public var description: String { isWildcard ? "*.\(name)" : name }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ASCII.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }
}

/// Why a pattern of a route is refused.
public struct PatternError: Error, Equatable {
    /// In words.
    public let message: String
    /// What to write instead, where that can be said.
    public let suggestion: String?

    init(_ message: String, suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
