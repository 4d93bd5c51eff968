import Bytes
import Foundation
import Reactor
import Synchronization
import Telemetry
import Testing

@testable import ServiceKit

@Suite struct JobRunnerTests {
    private let jobs = Jobs()

    /// Runs the jobs on a loop while `body` does, and gives what was logged.
    private func logged(_ body: (LoopBound<JobRunner>) async throws -> Void) async throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let logger = Logger(writer: try LogWriter(.file(path)))
        let loop = try EventLoop(index: 0)
        let local = JobRunner(on: loop, logger: logger)
        local.run(jobs)
        let runner = LoopBound(local, to: loop)
        loop.start()
        defer { loop.stop() }
        try await body(runner)
        await stop(runner)
        logger.flush()
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private func stop(_ runner: LoopBound<JobRunner>) async {
        let late = await runner.call { await $0.stop(patience: Duration.seconds(10).nanoseconds) }
        #expect(late == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `a job runs at once, when it is woken, and when it asked for it`() async throws
    {
        let (stream, ran) = AsyncStream.makeStream(of: Int.self)
        let count = Atomic(0)
        jobs.every(1000, "work") { [jobs] in
            let number = count.add(1, ordering: .relaxed).newValue
            if number == 2 { jobs.wake("work", after: 0.01) }
            ran.yield(number)
        }
        _ = try await logged { _ in
            var numbers = stream.makeAsyncIterator()
            #expect(await numbers.next() == 1)
            jobs.wake("work")
            #expect(await numbers.next() == 2)
            #expect(await numbers.next() == 3)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `an error is logged once, and its end too`() async throws {
        let (stream, ran) = AsyncStream.makeStream(of: Int.self)
        let count = Atomic(0)
        jobs.every(0.001, "work") {
            let number = count.add(1, ordering: .relaxed).newValue
            ran.yield(number)
            if number <= 5 { throw DeliveryError("no luck") }
        }
        let log = try await logged { _ in
            for await number in stream where number == 7 { break }
        }
        #expect(log.components(separatedBy: "no luck").count == 2)
        #expect(log.components(separatedBy: "a job works again").count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func `to stop is to wait for the run that goes on`() async throws {
        let (stream, began) = AsyncStream.makeStream(of: Void.self)
        let (gate, opened) = AsyncStream.makeStream(of: Void.self)
        let isDone = Atomic(false)
        jobs.every(1000, "work") {
            began.yield()
            for await _ in gate { break }
            isDone.store(true, ordering: .relaxed)
        }
        _ = try await logged { runner in
            for await _ in stream { break }
            async let end: Void = stop(runner)
            opened.yield()
            await end
            let wasDone = isDone.load(ordering: .relaxed)
            #expect(wasDone)
        }
    }
}
