import Bytes
import Policy
import SQLite
import Telemetry

/// The job that takes events from the outbox to their subscribers.
///
/// Several processes may work at one outbox. A row is leased before it is sent, only the first of its key and subscriber
/// can be, and a lease that was not used up in time, because its process died, is another's.
struct Delivery: Sendable {
    /// What the job is called.
    static let job = "events"
    /// How often an event is refused before it becomes a dead letter.
    static let attempts = 12
    /// 0.2 s after the first failure, doubling to a minute.
    private static let backoff = Backoff(
        BackoffSettings(base: Duration.milliseconds(200).nanoseconds, cap: Duration.seconds(60).nanoseconds))

    let parcels: ParcelStore
    let transport: any EventTransport
    let logger: Logger
    /// The time in milliseconds since 1970.
    let clock: @Sendable () -> Int64

    /// Delivers whatever is due.
    ///
    /// - Parameter wake: is told in how many seconds the next is due, if one waits.
    /// - Throws: a `DeliveryError` when an event could not be delivered, after all others were, or that of the database.
    func run(wake: (Double) -> Void) async throws {
        var failure: DeliveryError?
        while true {
            let round = try await parcels.take(at: clock())
            if round.isEmpty { break }
            failure = try await deliver(round) ?? failure
        }
        if let next = try await parcels.nextDue() { wake(Double(max(next - clock(), 1)) / 1000) }
        if let failure { throw failure }
    }

    /// Delivers some events at once, each of another key or to another subscriber.
    private func deliver(_ round: [Parcel]) async throws -> DeliveryError? {
        try await withThrowingTaskGroup { group in
            for parcel in round { group.addTask { try await deliver(parcel) } }
            return try await group.reduce(nil) { $1 ?? $0 }
        }
    }

    private func deliver(_ parcel: Parcel) async throws -> DeliveryError? {
        do throws(DeliveryError) {
            try await transport.deliver(parcel.event, to: parcel.subscriber)
        } catch {
            try await fail(parcel, error)
            return error
        }
        try await parcels.markDelivered(parcel, at: clock())
        return nil
    }

    private func fail(_ parcel: Parcel, _ error: DeliveryError) async throws {
        let attempts = parcel.attempts + 1
        guard attempts >= Self.attempts, error.isRefusal else {
            let pause = Int64(Self.backoff.ceiling(attempt: min(attempts, Self.attempts) - 1) / 1_000_000)
            return try await parcels.postpone(parcel, until: clock() + pause)
        }
        try await parcels.bury(parcel, reason: error.description, at: clock())
        logger.error(
            "an event is a dead letter",
            [
                "event": .string(parcel.event.id), "kind": .string(parcel.event.kind),
                "subscriber": .string(parcel.subscriber), "error": .string(error.description),
            ])
    }
}
