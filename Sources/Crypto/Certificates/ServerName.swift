import Bytes

/// A name that a server certificate is valid for.
public enum ServerName: Hashable, Sendable {
    /// A host name, also with a leading `*.` label.
    case host(String)
    /// An IPv4 or IPv6 address in text, without brackets.
    case address(String)

    /// The names of this machine to itself.
    public static let local: [ServerName] = [.host("localhost"), .address("127.0.0.1"), .address("::1")]

    var text: String {
        switch self {
        case .host(let text), .address(let text): text
        }
    }

    /// The name in OpenSSL's configuration syntax, in which a comma would start another name.
    var extensionValue: String {
        switch self {
        case .host(let text): "DNS:" + text
        case .address(let text): "IP:" + text
        }
    }

    /// Whether the name has only bytes that belong into one; an address is parsed by OpenSSL.
    var isPlausible: Bool {
        let bytes = text.utf8
        guard (1...253).contains(bytes.count) else { return false }
        switch self {
        case .host: return bytes.allSatisfy { ASCII.isAlphanumeric($0) || "-.*_".utf8.contains($0) }
        case .address: return bytes.allSatisfy { ASCII.hexValue($0) != nil || ".:".utf8.contains($0) }
        }
    }
}
