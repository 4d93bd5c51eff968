/// Who calls, as their verified token says.
public struct Caller: Hashable, Sendable {
    /// The id of the user or service (`sub`).
    public let subject: String
    /// What they may do (`scope`).
    public let scopes: Set<String>
    /// What they are (`roles`).
    public let roles: Set<String>

    /// - Parameters:
    ///   - subject: the id of the user or service.
    ///   - scopes: what they may do.
    ///   - roles: what they are.
    public init(subject: String, scopes: Set<String> = [], roles: Set<String> = []) {
        self.subject = subject
        self.scopes = scopes
        self.roles = roles
    }

    /// Whether they may do everything.
    public var isAdmin: Bool { roles.contains("admin") }

    /// Whether they may do with a thing of `owner` what its owner may.
    ///
    /// - Parameter owner: the owner's id.
    public func mayActFor(_ owner: String) -> Bool { isAdmin || owner == subject }
}
