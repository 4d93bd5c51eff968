/// That a service wants to know of a kind of event.
public struct Subscription: Hashable, Sendable {
    /// The kind of event.
    public let kind: String
    /// The service that wants it.
    public let subscriber: String

    /// - Parameters:
    ///   - kind: the kind of event.
    ///   - subscriber: the service that wants it.
    public init(_ kind: String, to subscriber: String) {
        self.kind = kind
        self.subscriber = subscriber
    }
}
