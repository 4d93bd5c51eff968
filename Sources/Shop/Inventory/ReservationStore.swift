import SQLite
import ServiceKit

/// The statements about reservations. Each change is one transaction: all of it happens, or nothing.
struct ReservationStore: Sendable {
    let database: Database
    let events: StockEvents

    /// Seconds that a release is remembered, so that what it released cannot arrive later.
    private static let memory: Int64 = 7 * 24 * 3600
    /// The most reservations that one transaction lets go, so that others need not wait for long.
    private static let batch: Int64 = 100

    /// - Throws: 404.
    func reservation(_ id: String) async throws -> Reservation {
        try await database.read { try Self.find(id, in: $0) }
    }

    /// Reserves all of it, or renews what is held under that id already.
    ///
    /// - Throws: 409 when something is out of stock, when the id was released, or when it stands for other items.
    func reserve(_ draft: ReservationDraft, at now: Int64) async throws -> Reservation {
        try await database.write { context in
            if let known = try Self.reservation(draft.id, in: context) {
                return try Self.renew(known, for: draft, at: now, in: context)
            }
            try Self.checkStock(of: draft.items, in: context)
            let reservation = Reservation(
                id: draft.id, state: .held, items: draft.items.sorted { $0.product < $1.product },
                expires: now + Reservation.lifetime)
            try context.run(
                "INSERT INTO reservations (id, state, created, expires, updated) VALUES (?1, 'held', ?2, ?3, ?2)",
                .text(draft.id), .integer(now), .integer(reservation.expires))
            for item in reservation.items {
                try context.run(
                    "INSERT INTO reserved_items (reservation, product_id, quantity) VALUES (?, ?, ?)",
                    .text(draft.id), .integer(item.product), .integer(item.quantity))
                try move(item, onHand: 0, reserved: item.quantity, at: now, in: context)
            }
            return reservation
        }
    }

    /// Lets the pieces leave the store. Again, it does nothing.
    ///
    /// - Throws: 404, or 409 when they were released.
    func commit(_ id: String, at now: Int64) async throws -> Reservation {
        try await database.write { context in
            var reservation = try Self.find(id, in: context)
            switch reservation.state {
            case .committed: return reservation
            case .released: throw Self.released(id)
            case .held: break
            }
            for item in reservation.items {
                try move(item, onHand: -item.quantity, reserved: -item.quantity, at: now, in: context)
            }
            reservation.state = .committed
            try Self.save(reservation, at: now, in: context)
            return reservation
        }
    }

    /// Gives the pieces back: those that are held can be sold again, and those that left come back. Again, it does nothing.
    ///
    /// An id that nobody reserved is remembered as released, so that a reservation which was sent before and arrives after
    /// holds nothing.
    func release(_ id: String, at now: Int64) async throws -> Reservation {
        try await database.write { context in
            guard let reservation = try Self.reservation(id, in: context) else {
                try context.run(
                    "INSERT INTO reservations (id, state, created, expires, updated) VALUES (?1, 'released', ?2, ?2, ?2)",
                    .text(id), .integer(now))
                return try Self.find(id, in: context)
            }
            return try release(reservation, at: now, in: context)
        }
    }

    /// Releases what nobody renewed, and forgets what was released long ago.
    func expire(at now: Int64) async throws {
        var count = 0
        repeat {
            count = try await database.write { context in
                let ids = try context.rows(
                    "SELECT id FROM reservations WHERE state = 'held' AND expires <= ? ORDER BY expires LIMIT ?",
                    .integer(now), .integer(Self.batch)
                ) { $0.text(0) }
                for id in ids { _ = try release(Self.find(id, in: context), at: now, in: context) }
                return ids.count
            }
        } while count == Self.batch
        try await database.write { context in
            _ = try context.run(
                "DELETE FROM reservations WHERE state = 'released' AND updated < ?", .integer(now - Self.memory))
        }
    }

    private static func renew(
        _ known: Reservation, for draft: ReservationDraft, at now: Int64, in context: borrowing WriteContext
    ) throws -> Reservation {
        var known = known
        if known.state == .released { throw released(known.id) }
        guard known.items == draft.items.sorted(by: { $0.product < $1.product }) else {
            throw Problem.conflict("other-items", "Reservation \(known.id) is for other items.", field: "items")
        }
        guard known.state == .held else { return known }
        known.expires = now + Reservation.lifetime
        try save(known, at: now, in: context)
        return known
    }

    private func release(
        _ reservation: Reservation, at now: Int64, in context: borrowing WriteContext
    ) throws -> Reservation {
        if reservation.state == .released { return reservation }
        let isHeld = reservation.state == .held
        for item in reservation.items {
            try move(
                item, onHand: isHeld ? 0 : item.quantity, reserved: isHeld ? -item.quantity : 0, at: now, in: context)
        }
        var reservation = reservation
        reservation.state = .released
        try Self.save(reservation, at: now, in: context)
        return reservation
    }

    /// - Throws: 409 that names every item of which there is too little. A product without a stock level has none.
    private static func checkStock(of items: [Reservation.Item], in context: borrowing WriteContext) throws {
        var lacking: [Problem.FieldError] = []
        for (index, item) in items.enumerated() {
            let available = try StockStore.level(of: item.product, in: context)?.available ?? 0
            if available < item.quantity {
                lacking.append(
                    .init("items[\(index)].quantity", "product \(item.product) has \(available) available"))
            }
        }
        guard lacking.isEmpty else {
            throw Problem(
                409, "out-of-stock", "Conflict",
                lacking.count == 1 ? "1 item is out of stock." : "\(lacking.count) items are out of stock.",
                errors: lacking)
        }
    }

    /// Adds to the numbers of a product. One without a stock level, which was taken off in between, stays without.
    private func move(
        _ item: Reservation.Item, onHand: Int64, reserved: Int64, at now: Int64, in context: borrowing WriteContext
    ) throws {
        let after = try context.first(
            """
            UPDATE stock SET on_hand = on_hand + ?2, reserved = reserved + ?3, updated = ?4 WHERE product_id = ?1
            RETURNING\u{20}
            """ + StockLevel.columns,
            .integer(item.product), .integer(onHand), .integer(reserved), .integer(now)
        ) { StockLevel($0) }
        guard let after else { return }
        let before = after.before(onHand: onHand, reserved: reserved)
        try events.tell(item.product, from: before, to: after, at: now, in: context)
    }

    private static func save(_ reservation: Reservation, at now: Int64, in context: borrowing WriteContext) throws {
        try context.run(
            "UPDATE reservations SET state = ?2, expires = ?3, updated = ?4 WHERE id = ?1",
            .text(reservation.id), .text(reservation.state.rawValue), .integer(reservation.expires), .integer(now))
    }

    private static func find(_ id: String, in context: borrowing some QueryContext & ~Copyable) throws -> Reservation {
        guard let reservation = try reservation(id, in: context) else {
            throw Problem.notFound("There is no reservation \(id).")
        }
        return reservation
    }

    private static func reservation(
        _ id: String, in context: borrowing some QueryContext & ~Copyable
    ) throws(DatabaseError) -> Reservation? {
        let items = try context.rows(
            "SELECT product_id, quantity FROM reserved_items WHERE reservation = ? ORDER BY product_id", .text(id)
        ) { Reservation.Item(product: $0.integer(0), quantity: $0.integer(1)) }
        return try context.first("SELECT state, expires FROM reservations WHERE id = ?", .text(id)) { row in
            // The CHECK of the column admits no other words.
            let state = Reservation.State(rawValue: row.text(0)) ?? .released
            return Reservation(id: id, state: state, items: items, expires: row.integer(1))
        }
    }

    private static func released(_ id: String) -> Problem {
        .conflict("released", "Reservation \(id) was released.")
    }
}
