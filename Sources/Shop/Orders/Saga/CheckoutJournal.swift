import Bytes
import Crypto
import SQLite
import ServiceKit

/// Where checkouts are written down. Each change of one is a single transaction with that of its order.
struct CheckoutJournal: Sendable {
    let database: Database
    let leases: Leases
    let outbox: Outbox
    let now: @Sendable () -> Int64

    /// Seconds for which a repetition of a request finds the order that the first one placed.
    static let memory: Int64 = 24 * 3600

    /// Seconds for which items of a finished order stay claimed: a cart that was read before it was cleared is not bought
    /// twice.
    private static let claim: Int64 = 3600

    /// The change was not made: somebody else works on the checkout now.
    struct Taken: Error {}

    /// What is to be written down of a new order.
    struct Entry: Sendable {
        let buyer: String
        let customerName: String?
        /// Tells repetitions of the request that places it.
        let requestKey: String?
        let items: [Order.Item]
        let paymentToken: String
        let cartItems: [Int64]
    }

    /// Writes a new order down, with its first step.
    ///
    /// - Parameter lease: held by whoever takes the step.
    func begin(_ entry: Entry, lease: Int64) async throws -> Checkout {
        let time = now()
        let total = entry.items.reduce(0) { $0 + $1.total.minorUnits }
        // The number alone would name two orders if an older backup was ever restored.
        let nonce = String(decoding: Hex.encode(SecureRandom.bytes(6).span), as: UTF8.self)
        return try await database.write { [outbox] context in
            try Self.checkKey(of: entry, at: time, in: context)
            let id = try context.insert(
                """
                INSERT INTO orders (buyer, customer_name, request_key, status, payment, total, created, updated)
                VALUES (?1, ?2, ?3, 'pending', 'none', ?4, ?5, ?5)
                """, .text(entry.buyer), .text(entry.customerName), .text(entry.requestKey), .integer(total),
                .integer(time))
            try OrderStore.insert(entry.items, of: id, in: context)
            try Self.claim(entry.cartItems, for: id, at: time, in: context)
            try context.run(
                """
                INSERT INTO checkouts (order_id, reference, step, lease, due, payment_token, cart_items)
                VALUES (?, ?, 'reserving', ?, ?, ?, ?)
                """, .integer(id), .text("order-\(id)-\(nonce)"), .integer(lease), .integer(time),
                .text(entry.paymentToken), .text(JSON.array(entry.cartItems.map { .integer($0) }).text))
            try Self.note(.reserving, of: id, at: time, nil, in: context)
            let checkout = try Self.checkout(id, in: context)
            try outbox.append(.placed, of: checkout.order, at: time, in: context)
            return checkout
        }
    }

    /// Takes items of a cart for an order: two checkouts of one cart, at once or while a payment is under way, are one.
    private static func claim(
        _ items: [Int64], for order: Int64, at time: Int64, in context: borrowing WriteContext
    ) throws {
        guard !items.isEmpty else { return }
        try context.run(
            """
            DELETE FROM cart_claims WHERE claimed < ? AND order_id IN
                (SELECT order_id FROM checkouts WHERE step = 'done')
            """, .integer(time - Self.claim))
        for item in items {
            let holder = try context.first("SELECT order_id FROM cart_claims WHERE item_id = ?", .integer(item)) {
                $0.integer(0)
            }
            if let holder { throw Problem.cartIsTaken(by: holder) }
            try context.run(
                "INSERT INTO cart_claims (item_id, order_id, claimed) VALUES (?, ?, ?)", .integer(item),
                .integer(order), .integer(time))
        }
    }

    /// Makes sure that a key names one order of its buyer. One that is forgotten may name another.
    private static func checkKey(of entry: Entry, at time: Int64, in context: borrowing WriteContext) throws {
        guard let key = entry.requestKey else { return }
        try context.run(
            "UPDATE orders SET request_key = NULL WHERE buyer = ? AND request_key = ? AND created <= ?",
            .text(entry.buyer), .text(key), .integer(time - memory))
        let isTaken = try context.exists(
            "SELECT 1 FROM orders WHERE buyer = ? AND request_key = ?", .text(entry.buyer), .text(key))
        if isTaken { throw Problem.orderIsPending }
    }

    /// The unfinished checkouts that are due and that nobody works on.
    func due() async throws -> [Int64] {
        let time = now()
        return try await database.read { [leases] context in
            let found = try context.rows(
                "SELECT order_id, lease FROM checkouts WHERE step <> 'done' AND due <= ? ORDER BY due LIMIT 1000",
                .integer(time)
            ) { (id: $0.integer(0), lease: $0.integer(1)) }
            return try found.filter { try !leases.isHeld($0.lease) }.map(\.id)
        }
    }

    /// Takes a checkout over from whoever worked on it.
    ///
    /// - Returns: nil when somebody still does, or when there is nothing left to do.
    func take(_ id: Int64, lease: Int64) async throws -> Checkout? {
        let time = now()
        return try await database.write { [leases] context in
            let known = try context.first(
                "SELECT lease FROM checkouts WHERE order_id = ? AND step <> 'done'", .integer(id)
            ) { $0.integer(0) }
            guard let known, try !leases.isHeld(known) else { return nil }
            try context.run("UPDATE checkouts SET lease = ? WHERE order_id = ?", .integer(lease), .integer(id))
            let checkout = try Self.checkout(id, in: context)
            try Self.note(checkout.step, of: id, at: time, "taken up again", in: context)
            return checkout
        }
    }

    /// Writes down how a checkout goes on.
    ///
    /// - Parameters:
    ///   - next: what it becomes.
    ///   - previous: what it was.
    ///   - lease: held by whoever works on it.
    ///   - delay: seconds until it is looked at again.
    /// - Throws: `Taken` when somebody else went on with it in between.
    func save(_ next: Checkout, after previous: Checkout, lease: Int64, delay: Int64 = 0) async throws -> Checkout {
        var next = next
        let time = now()
        if next.order != previous.order { next.order.updated = time }
        return try await database.write { [next, outbox] context in
            let count = try context.run(
                """
                UPDATE checkouts SET step = ?4, due = ?5, attempts = ?6,
                    payment_token = iif(?4 = 'done', '', payment_token)
                WHERE order_id = ?1 AND step = ?2 AND lease = ?3
                """, .integer(next.order.id), .text(previous.step.rawValue), .integer(lease),
                .text(next.step.rawValue), .integer(time + delay), .integer(next.attempts))
            guard count == 1 else { throw Taken() }
            try Self.write(next, after: previous, at: time, to: outbox, in: context)
            return next
        }
    }

    /// Takes a checkout away from whoever works on it, and has everything undone.
    ///
    /// - Parameters:
    ///   - id: the order.
    ///   - lease: held by whoever undoes it.
    ///   - check: throws when the order may not be cancelled as it is now.
    /// - Returns: nil when it is cancelled already.
    func cancel(
        _ id: Int64, lease: Int64, if check: @escaping @Sendable (Order) throws(Problem) -> Void
    ) async throws -> Checkout? {
        let time = now()
        return try await database.write { [outbox] context in
            let previous = try Self.checkout(id, in: context)
            try check(previous.order)
            if previous.order.status == .cancelled { return nil }
            var next = previous
            next.step = .undoing
            next.attempts = 0
            next.order.status = .cancelled
            next.order.updated = time
            try context.run(
                "UPDATE checkouts SET step = 'undoing', lease = ?, due = ?, attempts = 0 WHERE order_id = ?",
                .integer(lease), .integer(time), .integer(id))
            try Self.write(next, after: previous, at: time, to: outbox, in: context)
            return next
        }
    }

    private static func write(
        _ next: Checkout, after previous: Checkout, at time: Int64, to outbox: Outbox,
        in context: borrowing WriteContext
    ) throws {
        let order = next.order
        if order != previous.order {
            // A repetition of a request that failed for lack of a service is a new order.
            let keepsKey = order.failure?.reason != .unreachable
            try context.run(
                """
                UPDATE orders SET status = ?2, payment = ?3, failure = ?4, updated = ?5,
                    request_key = iif(?6, request_key, NULL)
                WHERE id = ?1
                """, .integer(order.id), .text(order.status.rawValue), .text(order.payment.rawValue),
                .text(order.failure?.text), .integer(order.updated), .integer(keepsKey ? 1 : 0))
        }
        if let event = OrderEvent(from: previous.order, to: order) {
            try outbox.append(event, of: order, at: time, in: context)
        }
        if next.step == .undoing, previous.step != .undoing {
            // It will not be paid, or get its money back: the cart can be bought again.
            try context.run("DELETE FROM cart_claims WHERE order_id = ?", .integer(order.id))
        }
        if next.step != previous.step {
            try note(next.step, of: order.id, at: time, order.failure?.detail, in: context)
        }
    }

    private static func note(
        _ step: Checkout.Step, of id: Int64, at time: Int64, _ note: String?, in context: borrowing WriteContext
    ) throws(DatabaseError) {
        try context.run(
            "INSERT INTO checkout_journal (order_id, step, time, note) VALUES (?, ?, ?, ?)", .integer(id),
            .text(step.rawValue), .integer(time), .text(note))
    }

    private static func checkout(
        _ id: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws -> Checkout {
        let order = try OrderStore.find(id, in: context)
        let checkout = try context.first(
            "SELECT reference, step, attempts, payment_token, cart_items FROM checkouts WHERE order_id = ?",
            .integer(id)
        ) { row in
            // The CHECK of the column admits no other words.
            Checkout(
                order: order, reference: row.text(0), step: Checkout.Step(rawValue: row.text(1)) ?? .done,
                attempts: row.integer(2), paymentToken: row.text(3), cartItems: Self.integers(row.text(4)))
        }
        guard let checkout else { throw Problem.noOrder(id) }
        return checkout
    }

    private static func integers(_ text: String) -> [Int64] {
        guard case .array(let elements)? = JSON(text) else { return [] }
        return elements.compactMap(\.integer)
    }
}
