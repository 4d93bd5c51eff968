extension JSON {
    /// The value that `text` holds; nil when it is not JSON.
    public init?(_ text: String) {
        guard let value = try? JSONParser.parse(Array(text.utf8).span) else { return nil }
        self = value
    }

    /// The JSON text, without spaces.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
