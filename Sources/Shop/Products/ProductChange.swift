import ServiceKit

/// A product that is to be made.
struct ProductDraft: Hashable, Sendable {
    let name: String
    let description: String
    let price: Money
    let category: String

    init(name: String, description: String = "", price: Money, category: String) {
        self.name = name
        self.description = description
        self.price = price
        self.category = category
    }

    /// - Throws: 400 with every field that is wrong.
    init(_ original: Form) throws(Problem) {
        var form = original
        name = form.text("name", 1...200)
        description = form.optionalText("description", 0...5000) ?? ""
        price = form.money("price")
        category = form.text("category", 1...100)
        try form.check()
    }
}

/// What is to be changed of a product; nil stays as it is.
struct ProductChange: Hashable, Sendable {
    let name: String?
    let description: String?
    let price: Money?
    let category: String?

    /// - Throws: 400 with every field that is wrong, or when there is none.
    init(_ original: Form) throws(Problem) {
        var form = original
        name = form.optionalText("name", 1...200)
        description = form.optionalText("description", 0...5000)
        price = form.optionalMoney("price")
        category = form.optionalText("category", 1...100)
        try form.check()
        if name == nil, description == nil, price == nil, category == nil {
            throw .badRequest("nothing-to-change", "Give at least one of name, description, price and category.")
        }
    }
}
