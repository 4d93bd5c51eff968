import Bytes
import Reactor

/// Why a test gave up.
enum TestFailure: Error {
    case tooLate(String)
    case unexpected(String)
}

/// Runs `body` on a running loop of its own and returns what it returns.
func onLoop<Result: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> Result) async throws -> Result {
    let loop = try EventLoop(index: 0)
    loop.start()
    defer { loop.stop() }
    return try await withCheckedThrowingContinuation { continuation in
        loop.spawn {
            do {
                continuation.resume(returning: try await body(loop))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

extension EventLoop {
    /// What no test waits longer for.
    var patience: Instant { now + 20_000_000_000 }

    /// Lets the loop turn until `condition` holds.
    func until(_ what: String, _ condition: () -> Bool) async throws {
        let deadline = patience
        while !condition() {
            guard now < deadline else { throw TestFailure.tooLate(what) }
            await sleep(for: 500_000)
        }
    }
}
