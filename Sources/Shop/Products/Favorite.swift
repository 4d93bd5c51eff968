import ServiceKit

/// A product that a user marked.
struct Favorite: Hashable, Sendable {
    let product: Product
    /// Seconds since 1970.
    let added: Int64
}

extension Favorite: Output {
    static var schema: Schema { Product.schema }
    var json: JSON { product.json }
}

/// Which product is to be marked.
struct FavoriteDraft: Hashable, Input {
    let product: Int64

    init(_ form: inout Form) { product = form.integer("product_id", 1...Int64.max) }
}

/// Which favourites are listed: those that were added last come first.
struct FavoriteQuery: Input {
    private static let order = "newest favorites"
    let page: Page

    init(_ form: inout Form) {
        page = Page(&form, order: Self.order)
        if let start = page.start, Int64(start.key) == nil { form.refuse("cursor", "is not a cursor of this list") }
    }

    /// The place behind `favorite`.
    func position(of favorite: Favorite) -> Page.Position {
        Page.Position(order: Self.order, key: String(favorite.added), id: favorite.product.id)
    }
}
