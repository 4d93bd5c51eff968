import ServiceKit

/// A product that is to be made.
struct ProductDraft: Hashable, Input {
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

    init(_ form: inout Form) {
        name = form.text("name", 1...200)
        description = form.optionalText("description", 0...5000) ?? ""
        price = form.money("price")
        category = form.text("category", 1...100)
    }
}

/// What is to be changed of a product; nil stays as it is.
struct ProductChange: Hashable, Input {
    let name: String?
    let description: String?
    let price: Money?
    let category: String?

    init(_ form: inout Form) {
        name = form.optionalText("name", 1...200)
        description = form.optionalText("description", 0...5000)
        price = form.optionalMoney("price")
        category = form.optionalText("category", 1...100)
        form.requireAny(of: ["name", "description", "price", "category"])
    }
}
