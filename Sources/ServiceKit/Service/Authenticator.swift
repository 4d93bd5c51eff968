/// Finds out who calls from the bearer token of a request.
struct Authenticator: Sendable {
    private let verify: @Sendable (_ token: String, _ now: Int64) -> VerifiedToken?
    private let now: @Sendable () -> Int64
    private let known = KnownTokens()

    /// - Parameters:
    ///   - now: the time in seconds since 1970.
    ///   - verify: what the token says at a time, or nil when it is not accepted.
    init(
        now: @escaping @Sendable () -> Int64,
        _ verify: @escaping @Sendable (_ token: String, _ now: Int64) -> VerifiedToken?
    ) {
        self.now = now
        self.verify = verify
    }

    /// Who calls; nil for a request without a token.
    ///
    /// A token that is not accepted is refused even where none is needed: its sender believes to be signed in.
    func identity(of request: ServiceRequest) throws(Problem) -> Caller? {
        guard let field = request.field("authorization") else { return nil }
        let now = now()
        if let caller = known.caller(for: field, at: now) { return caller }
        let parts = field.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, Substring(parts[0]).lowercased() == "bearer",
            let token = verify(String(Substring(parts[1])), now)
        else { throw .invalidToken }
        known.keep(token, for: field, at: now)
        return token.caller
    }
}

/// A token that was accepted.
struct VerifiedToken: Hashable, Sendable {
    /// Whom it stands for.
    let caller: Caller
    /// When it ends, in seconds since 1970.
    let expiry: Int64
}
