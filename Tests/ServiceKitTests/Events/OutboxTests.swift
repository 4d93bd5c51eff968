import SQLite
import Synchronization
import Testing

@testable import ServiceKit

@Suite struct OutboxTests {
    @Test func `an event is there if, and only if, its change is`() async throws {
        let bench = try EventBench()
        let outbox = bench.outbox(RecordingTransport())
        await #expect(throws: Problem.self) {
            try await bench.database.write { context in
                try outbox.append("thing.made", key: "1", at: 1, in: context)
                throw Problem.notFound()
            }
        }
        #expect(try await bench.count("SELECT count(*) FROM outbox") == 0)
        try await bench.database.write { try outbox.append("thing.made", key: "2", at: 1, in: $0) }
        #expect(try await bench.count("SELECT count(*) FROM outbox WHERE delivered IS NULL AND key = '2'") == 1)
    }

    @Test func `delivery is woken by a commit, and by no change that was undone`() async throws {
        let bench = try EventBench()
        let outbox = bench.outbox(RecordingTransport())
        let wakes = Mutex(0)
        bench.context.jobs.onWake(Delivery.job) { _ in wakes.withLock { $0 += 1 } }
        try? await bench.database.write { context in
            try outbox.append("thing.made", key: "1", at: 1, in: context)
            throw Problem.notFound()
        }
        // A write that comes back proves that the one before was told, if it was.
        try await bench.database.write { _ in }
        #expect(wakes.withLock { $0 } == 0)
        try await bench.database.write { try outbox.append("thing.made", key: "2", at: 1, in: $0) }
        try await bench.database.write { _ in }
        #expect(wakes.withLock { $0 } == 1)
    }

    @Test func `what nobody subscribed to is written, and counts as delivered`() async throws {
        let bench = try EventBench()
        let transport = RecordingTransport()
        let outbox = bench.outbox(transport)
        try await bench.database.write { try outbox.append("thing.lost", key: "1", at: 1, in: $0) }
        try await bench.context.jobs.run(Delivery.job)
        #expect(transport.delivered.isEmpty)
        #expect(try await bench.count("SELECT count(*) FROM outbox WHERE delivered IS NOT NULL") == 1)
    }

    @Test func `what was delivered is forgotten after a week`() async throws {
        let bench = try EventBench()
        let outbox = bench.outbox(RecordingTransport())
        try await bench.database.write { try outbox.append("thing.made", key: "1", at: 1, in: $0) }
        try await bench.context.jobs.run(Delivery.job)
        bench.advance(7 * 86_400_000)
        try await bench.database.write { try outbox.append("thing.made", key: "2", at: 1, in: $0) }
        try await bench.context.jobs.run("outbox")
        #expect(try await bench.count("SELECT count(*) FROM outbox") == 2)
        bench.advance(1)
        try await bench.context.jobs.run("outbox")
        #expect(try await bench.count("SELECT count(*) FROM outbox WHERE key = '2'") == 1)
        #expect(try await bench.count("SELECT count(*) FROM outbox") == 1)
    }

    @Test func `ids sort by time and say that they are random UUIDs`() {
        let early = Event.makeID(at: 1_700_000_000_000, random: [UInt8](repeating: 0xff, count: 10))
        let late = Event.makeID(at: 1_700_000_000_001, random: [UInt8](repeating: 0, count: 10))
        #expect(early == "018bcfe5-6800-7fff-bfff-ffffffffffff")
        #expect(late == "018bcfe5-6801-7000-8000-000000000000")
        #expect(Event.makeID() != Event.makeID())
    }
}
