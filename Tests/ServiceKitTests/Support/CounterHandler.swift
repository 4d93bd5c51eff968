import HTTP
import SQLite
import ServiceKit
import Synchronization

/// Counts how often its routes run, and answers with the number.
final class CounterHandler: ServiceHandler {
    static let name = "counter"
    static let migrations = [IdempotencyKeys.migration]

    private let state = Mutex((runs: 0, statuses: [Int]()))
    private let entered = Signal()
    private let left = Signal()

    var runs: Int { state.withLock { $0.runs } }

    init(_ context: HandlerContext) {}

    func seed() async throws {}

    /// Lets the next runs fail with these.
    func fail(with statuses: Int...) { state.withLock { $0.statuses = statuses } }

    /// Waits until a run of `/slow` has begun.
    func waitUntilEntered() async { await entered.wait() }

    /// Lets a run of `/slow` end.
    func leave() { left.send() }

    func addRoutes(to routes: inout Routes) {
        for pattern: StaticString in ["/count", "/other"] {
            let operation = Operation("Counts", takesIdempotencyKey: true)
            routes.post(pattern, operation, access: .anyone, body: Word.self) { [self] in try count($0.body) }
        }
        let slow = Operation("Counts slowly", takesIdempotencyKey: true)
        routes.post("/slow", slow, access: .anyone, body: Word.self) { [self] call in
            entered.send()
            await left.wait()
            return try count(call.body)
        }
        routes.post("/plain", "Counts whatever the key", access: .anyone, body: Word.self) { [self] in
            try count($0.body)
        }
    }

    private func count(_ word: Word) throws -> Reply<Done> {
        let (runs, status) = state.withLock { state in
            state.runs += 1
            return (state.runs, state.statuses.isEmpty ? nil : state.statuses.removeFirst())
        }
        if let status { throw Problem(status, "refused", "Refused", "Run \(runs).") }
        return .created(Done(Int64(runs), word.text), at: "/counts/\(runs)")
    }

    struct Word: Input {
        let text: String
        init(_ form: inout Form) { text = form.text("text", 1...100) }
    }
}

/// Lets one task wait for another.
private final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func send() { continuation.yield() }

    func wait() async {
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
    }
}
