import HTTP

/// The syntax of field names and values that the configuration writes.
enum FieldNames {
    /// Whether the name is a token (RFC 9110 section 5.6.2).
    static func isToken(_ name: String) -> Bool {
        FieldSyntax.isToken(Array(name.utf8).span)
    }

    /// Whether the value has no control character but the tab, and no space around it.
    static func isValue(_ value: String) -> Bool {
        FieldSyntax.isValue(Array(value.utf8).span) && value.first != " " && value.last != " "
    }

    /// Fields that frame or address the message: the gateway writes them and nobody edits them.
    static let owned: Set<String> = [
        "connection", "content-length", "host", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
}
