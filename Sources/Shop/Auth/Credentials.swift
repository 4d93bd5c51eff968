import ServiceKit

/// Who wants an account.
struct Registration: Sendable {
    let username: String
    let email: String?
    let password: String

    init(username: String, email: String?, password: String) {
        self.username = username
        self.email = email
        self.password = password
    }

    /// Reads `username`, `email` and `password`. One of the first two is enough: the address then is the name.
    ///
    /// - Throws: 400 with every field that is wrong.
    init(_ original: Form) throws(Problem) {
        var form = original
        let email = form.optionalText("email", 3...254)
        if let email, !Self.isAddress(email) { form.refuse("email", "must be an e-mail address") }
        if form.has("username") || email == nil {
            username = form.text("username", 3...64)
            if !username.isEmpty, !username.unicodeScalars.allSatisfy(Self.isNameCharacter) {
                form.refuse("username", "must be made of letters, digits and . _ - + @")
            }
        } else {
            username = email ?? ""
        }
        self.email = email
        password = form.exactText("password")
        // Length is what makes a password strong (NIST SP 800-63B section 5.1.1.2); nothing else is asked of it.
        if form.has("password"), !(8...256).contains(password.count) {
            form.refuse("password", "must have 8 to 256 characters")
        }
        try form.check()
    }

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            || [".", "_", "-", "+", "@"].contains(scalar)
    }

    /// Whether mail could go there: something, an at sign, something with a dot inside. Only sending proves more.
    private static func isAddress(_ text: String) -> Bool {
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty, !text.contains(where: \.isWhitespace) else { return false }
        let labels = sides[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
    }
}

/// Who wants to sign in.
struct Credentials: Sendable {
    /// The user name or the e-mail address, lowercase.
    let account: String
    let password: String

    /// Reads `username` (or `email`) and `password`.
    ///
    /// - Throws: 400 with every field that is missing.
    init(_ original: Form) throws(Problem) {
        var form = original
        let name = form.optionalText("username", 1...254) ?? form.optionalText("email", 1...254)
        if name == nil { form.refuse("username", "is required") }
        account = folded(name ?? "")
        password = form.exactText("password")
        if password.utf8.count > 4096 { form.refuse("password", "must have at most 4096 bytes") }
        try form.check()
    }
}
