import Foundation
import SQLite
import Synchronization
import Telemetry

@testable import ServiceKit

/// A publisher's database with a clock that the test sets, and as many deliverers as the test wants.
final class EventBench: Sendable {
    static let subscriptions = [Subscription("thing.made", to: "keeper"), Subscription("thing.sold", to: "keeper")]

    let database: Database
    let folder: String
    let context: HandlerContext
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    init(migrations: [Migration] = [Outbox.migration]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kit-\(UUID().uuidString)").path
        database = try Database(path: folder + "/events.db", migrations: migrations)
        context = HandlerContext(
            database: database, logger: Logger(writer: try LogWriter(.file(folder + "/log"))),
            work: BlockingWork(width: 1, limit: 1),
            tokens: TokenSettings(
                issuer: "shop", audience: "shop", secret: Secret("0123456789abcdef0123456789abcdef")),
            now: { 1_800_000_000 })
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(_ interval: Int64) { milliseconds.withLock { $0 += interval } }

    func outbox(_ transport: any EventTransport) -> Outbox {
        Outbox("maker", Self.subscriptions, context, transport: transport, clock: { [self] in now })
    }

    func parcels(_ owner: String) -> ParcelStore { ParcelStore(database: database, source: "maker", owner: owner) }

    func deliverer(_ owner: String, _ transport: any EventTransport) -> Delivery {
        Delivery(
            parcels: parcels(owner), transport: transport, logger: context.logger, clock: { [self] in now })
    }

    /// Publishes events without a job that would deliver them.
    func publish(_ events: (kind: String, key: String)...) async throws {
        let outbox = outbox(RecordingTransport())
        for event in events {
            try await database.write { try outbox.append(event.kind, key: event.key, at: 1, in: $0) }
        }
    }

    /// Delivers, and lets time pass, until nothing waits any more.
    func deliverAll(_ delivery: Delivery) async throws {
        while true {
            var next: Double?
            do { try await delivery.run { next = $0 } } catch is DeliveryError {}
            guard let next else { return }
            advance(Int64(next * 1000))
        }
    }

    func count(_ sql: SQL) async throws -> Int64 {
        try await database.read { try $0.first(sql) { $0.integer(0) } ?? 0 }
    }
}

/// Remembers what it delivered, and fails when it is told to.
final class RecordingTransport: EventTransport {
    private let state = Mutex<[Event]>([])
    private let verdict: @Sendable (Event, Int) -> DeliveryError?
    private let tries = Mutex<[String: Int]>([:])

    /// - Parameter verdict: why an event is not taken, the n-th time; nil when it is.
    init(_ verdict: @escaping @Sendable (_ event: Event, _ attempt: Int) -> DeliveryError? = { _, _ in nil }) {
        self.verdict = verdict
    }

    var delivered: [Event] { state.withLock { $0 } }

    /// The kinds that were delivered, of one key.
    func kinds(of key: String) -> [String] { delivered.filter { $0.key == key }.map(\.kind) }

    func attempts(of key: String) -> Int { tries.withLock { $0[key, default: 0] } }

    func deliver(_ event: Event, to subscriber: String) async throws(DeliveryError) {
        await Task.yield()
        let attempt = tries.withLock { tries in
            tries[event.key, default: 0] += 1
            return tries[event.key, default: 0]
        }
        if let error = verdict(event, attempt) { throw error }
        state.withLock { $0.append(event) }
    }
}
