/// What `/openapi.json` says of the API as a whole.
public struct OpenAPISettings: Hashable, Sendable {
    /// The name of the API.
    public var title = "API"
    /// The version of the API.
    public var version = "1"

    /// The defaults.
    public init() {}
}
