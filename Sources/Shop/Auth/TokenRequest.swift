import ServiceKit

/// Who wants to sign in.
struct Credentials: Input {
    /// The user name or the e-mail address, lowercase.
    let account: String
    let password: String

    /// Reads `username` (or `email`) and `password`.
    init(_ form: inout Form) {
        account = Self.account(&form)
        form.requireAny(of: ["username", "email"])
        password = form.exactText("password")
        if password.utf8.count > 4096 { form.refuse("password", "must have at most 4096 bytes") }
    }

    /// The same where a field that is missing may not be needed.
    fileprivate init(optional form: inout Form) {
        account = Self.account(&form)
        password = form.optionalExactText("password") ?? ""
        if password.utf8.count > 4096 { form.refuse("password", "must have at most 4096 bytes") }
    }

    private static func account(_ form: inout Form) -> String {
        let (name, address) = (form.optionalText("username", 1...254), form.optionalText("email", 1...254))
        return folded(name ?? address ?? "")
    }
}

/// A request to the token endpoint of OAuth 2 (RFC 6749 sections 4.3 and 6).
struct TokenRequest: Input {
    let grant: Grant

    /// What is shown to get a token.
    enum Grant: Sendable {
        case password(Credentials)
        case refreshToken(String)
    }

    /// Reads `grant_type`, which is `password` when it is missing, and what that needs.
    init(_ form: inout Form) {
        let type = form.optionalExactText("grant_type")
        let credentials = Credentials(optional: &form)
        let token = form.optionalExactText("refresh_token")
        var needed: [String] = []
        switch type {
        case nil, "password":
            grant = .password(credentials)
            if credentials.account.isEmpty { needed.append("username") }
            needed.append("password")
        case "refresh_token":
            grant = .refreshToken(token ?? "")
            needed.append("refresh_token")
        default:
            grant = .password(credentials)
            form.refuse("grant_type", "must be password or refresh_token")
        }
        for field in needed where !form.has(field) { form.refuse(field, "is required") }
    }
}

/// A refresh token that is to be exchanged.
struct RefreshRequest: Input {
    let token: String

    init(_ form: inout Form) { token = form.exactText("refresh_token") }
}

/// What ends besides the session of the bearer token.
struct LogoutRequest: Input {
    static var isOptional: Bool { true }
    let refreshToken: String?

    init(_ form: inout Form) { refreshToken = form.optionalExactText("refresh_token") }
}
