/// Finds out who calls from the bearer token of a request.
struct Authenticator: Sendable {
    private let verify: @Sendable (_ token: String) -> Caller?

    /// - Parameter verify: who the token stands for, or nil when it is not accepted.
    init(_ verify: @escaping @Sendable (_ token: String) -> Caller?) {
        self.verify = verify
    }

    /// Who calls; nil for a request without a token.
    ///
    /// A token that is not accepted is refused even where none is needed: its sender believes to be signed in.
    func identity(of request: ServiceRequest) throws(Problem) -> Caller? {
        guard let field = request.field("authorization") else { return nil }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let caller = verify(String(parts[1])) else {
            throw .invalidToken
        }
        return caller
    }
}
