import SQLite
import ServiceKit

/// The built-in provider, which moves no money. Its payments are a table that only it touches, in transactions of its own:
/// to a checkout it is as far away as a bank.
///
/// | token | what happens |
/// |---|---|
/// | `tok_declined` | the payment is declined |
/// | `tok_timeout` | no answer comes; the payment is made two seconds later |
/// | `tok_timeout_declined` | no answer comes; the payment is declined two seconds later |
/// | `tok_timeout_lost` | no answer comes, and the provider never heard of it |
/// | any other `tok_...`, such as `tok_visa` | the payment is made |
/// | anything else | the payment is declined |
struct TestPaymentProvider: PaymentProvider {
    /// The table of payments.
    static let migration = Migration(
        "test payments",
        """
        CREATE TABLE test_payments (
            id      TEXT    PRIMARY KEY,
            amount  INTEGER NOT NULL,
            -- What it becomes, and when.
            state   TEXT    NOT NULL CHECK (state IN ('charged', 'declined', 'refunded', 'void')),
            settles INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """)

    /// Seconds that a payment takes whose answer is lost.
    static let delay: Int64 = 2

    let database: Database
    let now: @Sendable () -> Int64

    var defaultToken: String? { "tok_visa" }

    func charge(_ id: String, _ amount: Money, token: String) async throws(PaymentError) -> Payment {
        let time = now()
        let isAnswered = !token.hasPrefix("tok_timeout")
        let payment = try await write { context throws(DatabaseError) in
            if let known = try Self.payment(id, at: time, in: context) { return known }
            guard token != "tok_timeout_lost" else { return .processing }
            let isGood = token.hasPrefix("tok_") && !token.hasSuffix("_declined")
            try context.run(
                "INSERT INTO test_payments (id, amount, state, settles) VALUES (?, ?, ?, ?)", .text(id),
                .integer(amount.minorUnits), .text((isGood ? Payment.charged : .declined).rawValue),
                .integer(isAnswered ? time : time + Self.delay))
            return isAnswered ? isGood ? .charged : .declined : .processing
        }
        if payment == .processing { throw .timedOut }
        return payment
    }

    func find(_ id: String) async throws(PaymentError) -> Payment? {
        let time = now()
        do {
            return try await database.read { try Self.payment(id, at: time, in: $0) }
        } catch {
            throw .unreachable
        }
    }

    func refund(_ id: String) async throws(PaymentError) -> Payment {
        let time = now()
        return try await write { context throws(DatabaseError) in
            switch try Self.payment(id, at: time, in: context) {
            case .charged?:
                try context.run("UPDATE test_payments SET state = 'refunded' WHERE id = ?", .text(id))
                return .refunded
            case .processing?, nil:
                try context.run(
                    "INSERT OR REPLACE INTO test_payments (id, amount, state, settles) VALUES (?, 0, 'void', ?)",
                    .text(id), .integer(time))
                return .void
            case .declined?, .refunded?, .void?: break
            }
            return try Self.payment(id, at: time, in: context) ?? .void
        }
    }

    private func write(
        _ body: @escaping @Sendable (borrowing WriteContext) throws(DatabaseError) -> Payment
    ) async throws(PaymentError) -> Payment {
        do {
            return try await database.write { try body($0) }
        } catch {
            throw .unreachable
        }
    }

    private static func payment(
        _ id: String, at now: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws(DatabaseError) -> Payment? {
        try context.first("SELECT state, settles FROM test_payments WHERE id = ?", .text(id)) { row in
            row.integer(1) > now ? .processing : Payment(rawValue: row.text(0)) ?? .processing
        }
    }
}
