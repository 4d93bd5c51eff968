import SQLite
import Testing

/// Whether the books of all services agree.
extension TestMarket {
    private struct Line: Sendable {
        let reference: String
        let status: String
        let payment: String
        let total: Int64
        let items: [Int64: Int64]
    }

    /// Checks that each paid order has one payment and its pieces have left the store, that nothing is left of any other,
    /// and that no piece was lost.
    ///
    /// - Returns: the status of each order, in their order.
    @discardableResult
    func checkBooks(_ comment: Comment? = nil) async throws -> [String] {
        let lines = try await lines()
        let payments = try await orders.database.read { context in
            try context.rows("SELECT id, state, amount FROM test_payments") {
                (id: $0.text(0), state: $0.text(1), amount: $0.integer(2))
            }
        }
        let reservations = try await inventory.database.read { context in
            try context.rows("SELECT id, state FROM reservations") { (id: $0.text(0), state: $0.text(1)) }
        }
        var sold: [Int64: Int64] = [:]
        for line in lines {
            let isPaid = ["paid", "shipped", "delivered"].contains(line.status)
            let payment = payments.first { $0.id == line.reference }
            let reservation = reservations.first { $0.id == line.reference }
            if isPaid {
                #expect(payment?.state == "charged", comment)
                #expect(payment?.amount == line.total, comment)
                #expect(reservation?.state == "committed", comment)
                #expect(line.payment == "charged", comment)
                for (product, quantity) in line.items { sold[product, default: 0] += quantity }
            } else {
                #expect(["cancelled", "failed"].contains(line.status), comment)
                #expect(payment?.state != "charged", comment)
                #expect(reservation?.state ?? "released" == "released", comment)
                #expect(["none", "declined", "refunded"].contains(line.payment), comment)
            }
        }
        #expect(Set(payments.map(\.id)).isSubset(of: lines.map(\.reference)), comment)
        #expect(Set(reservations.map(\.id)).isSubset(of: lines.map(\.reference)), comment)
        let levels = try await inventory.database.read { context in
            try context.rows("SELECT product_id, on_hand, reserved FROM stock") {
                (product: $0.integer(0), onHand: $0.integer(1), reserved: $0.integer(2))
            }
        }
        for level in levels {
            #expect(level.onHand + sold[level.product, default: 0] == Self.stock, comment)
            #expect(level.reserved == 0, comment)
        }
        return lines.map(\.status)
    }

    private func lines() async throws -> [Line] {
        try await orders.database.read { context in
            let heads = try context.rows(
                "SELECT id, reference, status, payment, total FROM orders JOIN checkouts ON order_id = id ORDER BY id"
            ) {
                (
                    id: $0.integer(0), reference: $0.text(1), status: $0.text(2), payment: $0.text(3),
                    total: $0.integer(4)
                )
            }
            return try heads.map { head in
                let items = try context.rows(
                    "SELECT product_id, quantity FROM order_items WHERE order_id = ?", .integer(head.id)
                ) { ($0.integer(0), $0.integer(1)) }
                return Line(
                    reference: head.reference, status: head.status, payment: head.payment, total: head.total,
                    items: Dictionary(uniqueKeysWithValues: items))
            }
        }
    }

    /// The events that were written, in their order.
    func events() async throws -> [String] {
        try await orders.database.read { try $0.rows("SELECT kind FROM outbox ORDER BY position") { $0.text(0) } }
    }
}
