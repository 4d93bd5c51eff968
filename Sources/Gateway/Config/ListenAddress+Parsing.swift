extension ListenAddress {
    /// Parses an address as the file writes it: `host:port`, `:port` or `unix:path`.
    public init?(_ text: String) {
        let context = LoadContext(file: "", lines: LineIndex([]), environment: .process)
        let item = Item(node: JSONNode(kind: .string(text), offset: 0), path: .root, context: context)
        guard let address = item.listenAddress() else { return nil }
        self = address
    }
}

extension ListenSettings {
    /// The admin address alone, from a file that may be wrong elsewhere, or whose secrets this process cannot read.
    ///
    /// - Returns: nil when the file turns it off.
    public static func adminAddress(
        in bytes: [UInt8], file: String, environment: ConfigurationEnvironment
    ) throws(ConfigurationError) -> ListenAddress? {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch {
            let context = LoadContext(file: file, lines: LineIndex(bytes), environment: environment)
            context.report(.error, at: error.offset, path: "", error.message, suggestion: error.suggestion)
            throw ConfigurationError(diagnostics: context.diagnostics)
        }
        guard let node = document.root["listen"]?["admin"] else { return ListenSettings().admin }
        if case .string("off") = node.kind { return nil }
        let context = LoadContext(file: file, lines: document.lines, environment: environment)
        let item = Item(node: node, path: .key("admin", of: .key("listen", of: .root)), context: context)
        guard let address = item.listenAddress() else { throw ConfigurationError(diagnostics: context.diagnostics) }
        return address
    }
}
