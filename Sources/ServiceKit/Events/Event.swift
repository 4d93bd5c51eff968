/// Something that happened in a service, told to the others.
public struct Event: Hashable, Sendable {
    /// Which one it is, unique within its source: a UUID whose order is that of time (RFC 9562 section 5.7).
    public let id: String
    /// The service where it happened.
    public let source: String
    /// What happened, such as `order.paid`.
    public let kind: String
    /// What it happened to. Events of one key reach a subscriber in the order in which they happened.
    public let key: String
    /// When it happened, in seconds since 1970.
    public let time: Int64
    /// The details, a JSON object.
    public let payload: JSON

    /// - Parameters:
    ///   - id: which one it is.
    ///   - source: the service where it happened.
    ///   - kind: what happened.
    ///   - key: what it happened to.
    ///   - time: when, in seconds since 1970.
    ///   - payload: the details, a JSON object.
    public init(
        id: String = Event.makeID(), source: String, kind: String, key: String, time: Int64, payload: JSON = .object([])
    ) {
        self.id = id
        self.source = source
        self.kind = kind
        self.key = key
        self.time = time
        self.payload = payload
    }
}

extension Event: Input {
    /// Reads the event that another service sends.
    public init(_ form: inout Form) {
        id = form.text("id", 1...100)
        source = form.text("source", 1...100)
        kind = form.text("kind", 1...100)
        key = form.text("key", 1...200)
        time = form.integer("time", 0...253_402_300_799)
        payload = form.value("payload")
    }

    /// The event as it is sent.
    public var json: JSON {
        [
            "id": .string(id), "source": .string(source), "kind": .string(kind), "key": .string(key),
            "time": .integer(time), "payload": payload,
        ]
    }
}
