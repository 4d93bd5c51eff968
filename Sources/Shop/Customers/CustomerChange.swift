import ServiceKit

/// A customer to be.
struct CustomerDraft: Input {
    let name: String
    let email: String

    init(name: String, email: String) {
        self.name = name
        self.email = email
    }

    init(_ form: inout Form) {
        name = form.text("name", 1...200)
        email = form.emailAddress("email")
    }
}

/// What is to be changed of a customer; nil stays as it is.
struct CustomerChange: Input {
    let name: String?
    let email: String?

    init(_ form: inout Form) {
        name = form.optionalText("name", 1...200)
        email = form.optionalEmailAddress("email")
        form.requireAny(of: ["name", "email"])
    }
}

/// Which customers are listed.
struct CustomerQuery: Input {
    static let order = "customers"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }
}
