public import SQLite

/// A backend service: what it stores and what it answers. Its name in the configuration is `name`.
public protocol ServiceHandler: Sendable {
    /// What the configuration calls it.
    static var name: String { get }

    /// The history of its schema.
    static var migrations: [Migration] { get }

    /// Makes the service over its opened database. Throws when a setting is unusable.
    init(_ context: HandlerContext) throws

    /// Adds its addresses.
    func addRoutes(to routes: inout Routes)

    /// What it does when something happened in other services; needs `Inbox.migration`.
    var consumers: [Consumer] { get }

    /// What its own token may do at other services.
    static var scopes: [String] { get }

    /// Fills a new database with data to try things with. Does nothing to a database that was ever used.
    func seed() async throws
}

extension ServiceHandler {
    /// Nothing.
    public var consumers: [Consumer] { [] }
    /// Nothing.
    public static var scopes: [String] { [] }
}
