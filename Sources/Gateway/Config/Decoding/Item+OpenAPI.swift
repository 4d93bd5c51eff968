extension Item {
    /// `off`, or what the document says of the API.
    func openAPI() -> OpenAPISettings?? {
        if case .string(let word) = node.kind {
            if word == "off" { return .some(nil) }
            error("expected \"off\" or an object", suggestion: "write {\"title\": \"\(word)\"} to name the API")
            return nil
        }
        guard let object = object(Keys.openAPI) else { return nil }
        var settings = OpenAPISettings()
        object.read("title", into: &settings.title) { $0.nonEmptyString() }
        object.read("version", into: &settings.version) { $0.nonEmptyString() }
        return settings
    }
}
