import ServiceKit

/// Who wants an account.
struct Registration: Input {
    let username: String
    let email: String?
    let password: String

    init(username: String, email: String?, password: String) {
        self.username = username
        self.email = email
        self.password = password
    }

    /// Reads `username`, `email` and `password`. One of the first two is enough: the address then is the name.
    init(_ form: inout Form) {
        email = form.optionalEmailAddress("email")
        let name = form.optionalText("username", 3...64)
        if let name, !name.unicodeScalars.allSatisfy(Self.isNameCharacter) {
            form.refuse("username", "must be made of letters, digits and . _ - + @")
        }
        form.requireAny(of: ["username", "email"])
        username = name ?? email ?? ""
        password = form.exactText("password")
        // Length is what makes a password strong (NIST SP 800-63B section 5.1.1.2); nothing else is asked of it.
        if form.has("password"), !(8...256).contains(password.count) {
            form.refuse("password", "must have 8 to 256 characters")
        }
    }

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            || [".", "_", "-", "+", "@"].contains(scalar)
    }
}
