import SQLite
import ServiceKit

/// The statements about orders whose checkout does not matter.
struct OrderStore: Sendable {
    let database: Database

    /// The columns that orders are read from.
    static let columns: SQL =
        "id, buyer, customer_name, status, payment, failure, total, created, updated"

    /// - Throws: 404 when there is none that `caller` may see.
    func order(_ id: Int64, for caller: Caller) async throws -> Order {
        try await database.read { try Self.find(id, for: caller, in: $0) }
    }

    /// - Throws: 404.
    func order(_ id: Int64) async throws -> Order {
        try await database.read { try Self.find(id, in: $0) }
    }

    /// The order that a request with this key placed.
    func order(of buyer: String, placedBy requestKey: String, after time: Int64) async throws -> Order? {
        try await database.read { context in
            let id = try context.first(
                "SELECT id FROM orders WHERE buyer = ? AND request_key = ? AND created > ?", .text(buyer),
                .text(requestKey), .integer(time)
            ) { $0.integer(0) }
            return try id.map { try Self.find($0, in: context) }
        }
    }

    func orders(_ query: OrderQuery, for caller: Caller) async throws -> [Order] {
        let (sql, values) = query.statement(for: caller)
        return try await database.read { context in
            var orders = try context.rows(sql, values) { Order($0) }
            for index in orders.indices { orders[index].items = try Self.items(of: orders[index].id, in: context) }
            return orders
        }
    }

    /// Ships or delivers.
    ///
    /// - Throws: 404, 403 when the order is not the caller's to lead, or 409 when it cannot become that.
    func change(_ id: Int64, to status: OrderStatus, by caller: Caller, at now: Int64) async throws -> Order {
        try await database.write { context in
            var order = try Self.find(id, for: caller, in: context)
            guard order.isLed(by: caller) else { throw Problem.notYours(id) }
            // Asked for again, it is done already.
            if order.status == status { return order }
            guard order.status.allows(status) else { throw Problem.illegal(order, status) }
            guard try Self.isSettled(id, in: context) else { throw Problem.unsettled(id) }
            order.status = status
            order.updated = now
            try context.run(
                "UPDATE orders SET status = ?, updated = ? WHERE id = ?", .text(status.rawValue), .integer(now),
                .integer(id))
            return order
        }
    }

    /// Takes an order off all lists.
    ///
    /// - Throws: 404, 403 when somebody else bought it, or 409 when something may follow yet.
    func remove(_ id: Int64, by caller: Caller, at now: Int64) async throws {
        try await database.write { context in
            let order = try Self.find(id, for: caller, in: context)
            guard caller.mayActFor(order.buyer) else { throw Problem.notYours(id) }
            guard order.status.isFinal else {
                throw Problem.conflict("unfinished", "Order \(id) is \(order.status.rawValue); it can be cancelled.")
            }
            guard try Self.isSettled(id, in: context) else { throw Problem.unsettled(id) }
            try context.run("UPDATE orders SET removed = ? WHERE id = ?", .integer(now), .integer(id))
        }
    }

    /// Adds finished orders if there never was one.
    func seed(_ orders: [OrderSeed.Sample], at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'orders'") else { return }
            for order in orders {
                let total = order.items.reduce(0) { $0 + $1.total.minorUnits }
                let time = now - order.age
                let id = try context.insert(
                    """
                    INSERT INTO orders (buyer, customer_name, status, payment, total, created, updated)
                    VALUES (?1, ?2, ?3, 'charged', ?4, ?5, ?5)
                    """, .text(order.buyer), .text(order.customerName), .text(order.status.rawValue), .integer(total),
                    .integer(time))
                try Self.insert(order.items, of: id, in: context)
                try context.run(
                    """
                    INSERT INTO checkouts (order_id, reference, step, lease, due, payment_token, cart_items)
                    VALUES (?, ?, 'done', 0, ?, '', '[]')
                    """, .integer(id), .text("sample-\(id)"), .integer(time))
            }
        }
    }

    static func insert(
        _ items: [Order.Item], of id: Int64, in context: borrowing WriteContext
    ) throws(DatabaseError) {
        for (place, item) in items.enumerated() {
            try context.run(
                """
                INSERT INTO order_items (order_id, place, product_id, name, seller, price, quantity)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, .integer(id), .integer(Int64(place)), .integer(item.product), .text(item.name),
                .text(item.seller), .integer(item.price.minorUnits), .integer(item.quantity))
        }
    }

    /// - Throws: 404.
    static func find(_ id: Int64, in context: borrowing some QueryContext & ~Copyable) throws -> Order {
        let found = try context.first(
            "SELECT " + columns + " FROM orders WHERE id = ? AND removed IS NULL", .integer(id)
        ) { Order($0) }
        guard var order = found else { throw Problem.noOrder(id) }
        order.items = try items(of: id, in: context)
        return order
    }

    /// - Throws: 404, also when the order is nothing to do with `caller`.
    static func find(
        _ id: Int64, for caller: Caller, in context: borrowing some QueryContext & ~Copyable
    ) throws -> Order {
        let order = try find(id, in: context)
        guard order.isVisible(to: caller) else { throw Problem.noOrder(id) }
        return order
    }

    private static func items(
        of id: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws(DatabaseError) -> [Order.Item] {
        try context.rows(
            "SELECT product_id, name, seller, price, quantity FROM order_items WHERE order_id = ? ORDER BY place",
            .integer(id)
        ) { row in
            Order.Item(
                product: row.integer(0), name: row.text(1), seller: row.text(2),
                price: Money(minorUnits: row.integer(3)), quantity: row.integer(4))
        }
    }

    /// Whether nothing is being done for it in other systems.
    private static func isSettled(_ id: Int64, in context: borrowing WriteContext) throws(DatabaseError) -> Bool {
        try context.exists("SELECT 1 FROM checkouts WHERE order_id = ? AND step = 'done'", .integer(id))
    }
}

extension Order {
    /// Reads a row of ``OrderStore/columns``, which has no items. The CHECKs of its words admit no others than these.
    fileprivate init(_ row: borrowing Row) {
        self.init(
            id: row.integer(0), buyer: row.text(1), customerName: row.optionalText(2),
            status: OrderStatus(rawValue: row.text(3)) ?? .failed,
            payment: PaymentStatus(rawValue: row.text(4)) ?? .none,
            failure: row.optionalText(5).flatMap(CheckoutFailure.init), total: Money(minorUnits: row.integer(6)),
            items: [], created: row.integer(7), updated: row.integer(8))
    }
}
