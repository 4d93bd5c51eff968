import HTTP

/// What carries events from one service to another: HTTP through the gateway, or a broker.
public protocol EventTransport: Sendable {
    /// Hands an event to a subscriber, and returns once the subscriber has it for good.
    func deliver(_ event: Event, to subscriber: String) async throws(DeliveryError)
}

/// Why a subscriber does not have an event. It may have it all the same: the acknowledgement may have been lost.
public struct DeliveryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, for the log and the dead letters.
    public let description: String
    /// Whether the subscriber, or the gateway, does not want it as it is. Else it may be had later: however long a subscriber
    /// is away, it misses nothing.
    public let isRefusal: Bool

    /// - Parameters:
    ///   - description: the reason.
    ///   - isRefusal: whether sending it again and again is in vain.
    public init(_ description: String, isRefusal: Bool = true) {
        self.description = description
        self.isRefusal = isRefusal
    }
}

/// Posts each event to `/events` of the subscriber.
struct HTTPEventTransport: EventTransport {
    /// The scope that a publisher's token needs at its subscribers.
    static let scope = "events:write"

    let services: ServiceClient

    func deliver(_ event: Event, to subscriber: String) async throws(DeliveryError) {
        // The key lets the gateway send it to another instance when the first one does not answer.
        let fields = [HeaderField("x-request-id", event.id), HeaderField("idempotency-key", event.id)]
        let answer: ServiceResponse
        do throws(CallError) {
            answer = try await services.send(
                ServiceCall(.post, subscriber, "/events", body: event.json, fields: fields))
        } catch {
            switch error {
            case .unreachable(let reason): throw DeliveryError(reason, isRefusal: false)
            case .unknownService: throw DeliveryError("the gateway knows no service \(subscriber)")
            case .timedOut: throw DeliveryError("\(subscriber) did not answer in time", isRefusal: false)
            }
        }
        guard answer.status == 204 else {
            let detail = answer.json?["detail"].flatMap { if case .string(let text) = $0 { text } else { nil } }
            // What a later try can change: the service's own failures, its load, and a token that is too old.
            let mayPass = answer.status >= 500 || [401, 408, 425, 429].contains(answer.status)
            throw DeliveryError(
                "\(subscriber) answered \(answer.status)" + (detail.map { ": " + $0 } ?? ""), isRefusal: !mayPass)
        }
    }
}
