public import SQLite

/// What a service does when something happened elsewhere.
///
/// ```
/// var consumers: [Consumer] {
///     [Consumer("order.paid") { event, context in
///         try context.run("UPDATE products SET sold = sold + 1 WHERE id = ?", .text(event.key))
///     }]
/// }
/// ```
public struct Consumer: Sendable {
    /// The kind of event.
    public let kind: String
    /// Does what follows from one, in the transaction that notes the event as consumed: both happen, or neither.
    let consume: @Sendable (Event, borrowing WriteContext) throws -> Void

    /// - Parameters:
    ///   - kind: the kind of event.
    ///   - consume: does what follows from one. An error undoes it, and the event comes again.
    public init(_ kind: String, _ consume: @escaping @Sendable (Event, borrowing WriteContext) throws -> Void) {
        self.kind = kind
        self.consume = consume
    }
}
