import SQLite
import ServiceKit

/// The statements about carts, each about that of one user: an item of another user is not there.
struct CartStore: Sendable {
    let database: Database

    /// The most items of one cart: as many as products can be asked for at once.
    static let limit: Int64 = 100

    /// The items in the order in which they were added.
    func items(of user: String) async throws -> [CartItem] {
        try await database.read { context in
            try context.rows("SELECT " + CartItem.columns + " FROM items WHERE user = ? ORDER BY id", .text(user)) {
                CartItem($0)
            }
        }
    }

    /// Adds pieces to those that are there.
    ///
    /// - Throws: 409 when the cart, or that item of it, would be too large.
    func add(_ draft: CartItemDraft, for user: String, at now: Int64) async throws -> CartItem {
        try await database.write { context in
            let quantity = try context.first(
                "SELECT quantity FROM items WHERE user = ? AND product_id = ?", .text(user), .integer(draft.product)
            ) { $0.integer(0) }
            if let quantity {
                guard CartItem.quantities.contains(quantity + draft.quantity) else {
                    throw Problem.conflict(
                        "too-many-pieces",
                        "There are \(quantity) in the cart; the most is \(CartItem.quantities.upperBound).",
                        field: "quantity")
                }
            } else {
                let count = try context.first("SELECT count(*) FROM items WHERE user = ?", .text(user)) {
                    $0.integer(0)
                }
                guard let count, count < Self.limit else {
                    throw Problem.conflict("cart-full", "A cart has at most \(Self.limit) items.")
                }
            }
            let item = try context.first(
                """
                INSERT INTO items (user, product_id, quantity, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (user, product_id) DO UPDATE SET quantity = quantity + ?3, updated = ?4
                RETURNING\u{20}
                """ + CartItem.columns,
                .text(user), .integer(draft.product), .integer(draft.quantity), .integer(now)
            ) { CartItem($0) }
            return try Self.found(item)
        }
    }

    /// - Throws: 404.
    func change(_ id: Int64, of user: String, to quantity: Int64, at now: Int64) async throws -> CartItem {
        try await database.write { context in
            let item = try context.first(
                "UPDATE items SET quantity = ?3, updated = ?4 WHERE id = ?1 AND user = ?2 RETURNING "
                    + CartItem.columns,
                .integer(id), .text(user), .integer(quantity), .integer(now)
            ) { CartItem($0) }
            return try Self.found(item)
        }
    }

    /// - Throws: 404.
    func remove(_ id: Int64, of user: String) async throws {
        try await database.write { context in
            let count = try context.run("DELETE FROM items WHERE id = ? AND user = ?", .integer(id), .text(user))
            guard count > 0 else { throw Self.missing }
        }
    }

    /// Takes items out, those of them that are there.
    func remove(_ ids: [Int64], of user: String) async throws {
        try await database.write { context in
            for id in ids {
                try context.run("DELETE FROM items WHERE id = ? AND user = ?", .integer(id), .text(user))
            }
        }
    }

    /// Leaves nothing in the cart.
    func clear(_ user: String) async throws {
        try await database.write { _ = try $0.run("DELETE FROM items WHERE user = ?", .text(user)) }
    }

    private static func found(_ item: CartItem?) throws -> CartItem {
        guard let item else { throw missing }
        return item
    }

    private static let missing = Problem.notFound("There is no such item in your cart.")
}
