import SQLite
import ServiceKit

/// Which orders are listed, the newest first.
struct OrderQuery: Input {
    static let order = "newest"

    let view: View?
    let status: OrderStatus?
    let page: Page

    /// Whose orders.
    enum View: String, CaseIterable, Sendable {
        /// Those that the caller placed.
        case bought
        /// Those that hold products of the caller.
        case sold
    }

    init(_ form: inout Form) {
        view = form.optionalChoice("view", View.self)
        status = form.optionalChoice("status", OrderStatus.self)
        page = Page(&form, order: Self.order)
    }

    /// The statement, and the values that it needs.
    func statement(for caller: Caller) -> (sql: SQL, values: [Value]) {
        var sql: SQL = "SELECT " + OrderStore.columns + " FROM orders WHERE removed IS NULL"
        var values: [Value] = []
        switch view {
        case .bought: sql = sql + " AND buyer = ?"
        case .sold: sql = sql + " AND id IN (SELECT order_id FROM order_items WHERE seller = ?)"
        case nil: if !caller.isAdmin { sql = sql + " AND buyer = ?" }
        }
        if view != nil || !caller.isAdmin { values.append(.text(caller.subject)) }
        if let status {
            sql = sql + " AND status = ?"
            values.append(.text(status.rawValue))
        }
        if let start = page.start {
            sql = sql + " AND id < ?"
            values.append(.integer(start.id))
        }
        // One more tells whether there is a next page.
        values.append(.integer(Int64(page.limit + 1)))
        return (sql + " ORDER BY id DESC LIMIT ?", values)
    }
}
