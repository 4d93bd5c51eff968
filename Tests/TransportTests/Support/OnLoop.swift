import Bytes
import Reactor

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

/// Why a test gave up.
enum TestFailure: Error {
    case tooLate(String)
    case unexpected(String)
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

let milliseconds: Nanoseconds = 1_000_000

/// A pattern in which a byte that is lost or doubled shows.
func pattern(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + tile.count)
    while bytes.count < count { bytes += tile }
    bytes.removeLast(bytes.count - count)
    return bytes
}

private let tile = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

func buffer(_ bytes: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: bytes.count)
    buffer.append(bytes.span)
    return buffer
}

func buffer(_ text: String) -> ByteBuffer { buffer(Array(text.utf8)) }
