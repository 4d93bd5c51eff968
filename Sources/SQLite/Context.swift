/// What a closure that reads or writes is lent: a connection inside a transaction.
///
/// Stores take `borrowing some QueryContext & ~Copyable` where they only read, so that the same query serves both.
public protocol QueryContext: ~Copyable {
    /// The connection, whose members are the module's own.
    var connection: Connection { get }
}

/// A consistent view of the database as of one moment.
public struct ReadContext: QueryContext, ~Copyable {
    /// The connection, whose members are the module's own.
    public let connection: Connection
}

/// A change in the making: it is kept when the closure returns, and undone when it throws.
public struct WriteContext: QueryContext, ~Copyable {
    /// The connection, whose members are the module's own.
    public let connection: Connection

    /// Runs a statement that changes something.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    public func run(_ sql: SQL, _ values: Value...) throws(DatabaseError) -> Int {
        try connection.run(sql.text, values)
        return connection.changes
    }

    /// Runs an INSERT.
    ///
    /// - Returns: the id of the new row.
    @discardableResult
    public func insert(_ sql: SQL, _ values: Value...) throws(DatabaseError) -> Int64 {
        try connection.run(sql.text, values)
        return connection.lastInsertedID
    }

    /// Runs `body` once the change is on the disk, on the writer's thread: not for work, only to tell somebody. When the
    /// change is undone, nothing is run.
    public func afterCommit(_ body: @escaping @Sendable () -> Void) {
        connection.commitObservers.append(body)
    }
}

extension QueryContext where Self: ~Copyable {
    /// Every row of a query.
    public func rows<Element>(
        _ sql: SQL, _ values: [Value], _ element: (borrowing Row) -> Element
    ) throws(DatabaseError) -> [Element] {
        var elements: [Element] = []
        try connection.query(sql.text, values) { row in
            elements.append(element(row))
            return true
        }
        return elements
    }

    /// Every row of a query.
    public func rows<Element>(
        _ sql: SQL, _ values: Value..., element: (borrowing Row) -> Element
    ) throws(DatabaseError) -> [Element] {
        try rows(sql, values, element)
    }

    /// The first row of a query, or nil when it has none.
    public func first<Element>(
        _ sql: SQL, _ values: Value..., element: (borrowing Row) -> Element
    ) throws(DatabaseError) -> Element? {
        var found: Element?
        try connection.query(sql.text, values) { row in
            found = element(row)
            return false
        }
        return found
    }

    /// Whether a query has a row.
    public func exists(_ sql: SQL, _ values: Value...) throws(DatabaseError) -> Bool {
        var found = false
        try connection.query(sql.text, values) { _ in
            found = true
            return false
        }
        return found
    }
}
