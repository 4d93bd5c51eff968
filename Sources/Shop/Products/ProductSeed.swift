import ServiceKit

/// Products to try things with. The sellers are the first users of `auth`: alice and bob.
enum ProductSeed {
    static let products: [(draft: ProductDraft, seller: String)] = [
        (draft("iPhone", 5_000_000, "Electronics", "A telephone with a screen."), "1"),
        (draft("Laptop", 99_999, "Electronics", "Thirteen inches, sixteen gigabytes."), "1"),
        (draft("Headphones", 19_950, "Electronics", "They cover the ears."), "2"),
        (draft("Coffee mug", 1250, "Kitchen", "Holds a third of a litre."), "1"),
        (draft("French press", 3499, "Kitchen", "Makes eight cups."), "2"),
        (draft("Swift in depth", 4200, "Books", "Four hundred pages."), "2"),
        (draft("Notebook", 799, "Stationery", "Squared, a hundred sheets."), "1"),
        (draft("Desk lamp", 2999, "Furniture", "Warm light, dimmable."), "2"),
    ]

    private static func draft(_ name: String, _ cents: Int64, _ category: String, _ text: String) -> ProductDraft {
        ProductDraft(name: name, description: text, price: Money(minorUnits: cents), category: category)
    }
}
