/// What a token shall claim (RFC 7519 section 4).
public struct TokenClaims: Sendable {
    /// The value of a claim that has no property of its own.
    public enum Value: Sendable {
        /// Text.
        case string(String)
        /// A number.
        case integer(Int64)
        /// A truth.
        case boolean(Bool)
        /// A list of texts.
        case strings([String])
    }

    /// `iss`.
    public var issuer: String?
    /// `sub`.
    public var subject: String?
    /// `aud`; a single one is written as a string.
    public var audiences: [String] = []
    /// `exp`: Unix seconds.
    public var expiry: Int64
    /// `nbf`: Unix seconds.
    public var notBefore: Int64?
    /// `iat`: Unix seconds.
    public var issuedAt: Int64?
    /// `jti`.
    public var tokenID: String?
    /// `scope`, written as words in one string.
    public var scopes: [String] = []
    /// `roles`.
    public var roles: [String] = []
    /// Other claims, whose names must be none of those above.
    public var additional: [(name: String, value: Value)] = []

    /// Claims for `subject` that end at `expiry`, in Unix seconds.
    public init(subject: String? = nil, expiry: Int64) {
        self.subject = subject
        self.expiry = expiry
    }

    /// The claims as JSON.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        if let issuer { writer.write("iss", issuer) }
        if let subject { writer.write("sub", subject) }
        if audiences.count == 1 { writer.write("aud", audiences[0]) }
        if audiences.count > 1 { writer.write("aud", audiences) }
        writer.write("exp", expiry)
        if let notBefore { writer.write("nbf", notBefore) }
        if let issuedAt { writer.write("iat", issuedAt) }
        if let tokenID { writer.write("jti", tokenID) }
        if !scopes.isEmpty { writer.write("scope", scopes.joined(separator: " ")) }
        if !roles.isEmpty { writer.write("roles", roles) }
        for (name, value) in additional {
            switch value {
            case .string(let text): writer.write(name, text)
            case .integer(let number): writer.write(name, number)
            case .boolean(let truth): writer.write(name, truth)
            case .strings(let texts): writer.write(name, texts)
            }
        }
        return writer.finish()
    }
}
