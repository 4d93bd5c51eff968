import SQLite
import Testing

@testable import ServiceKit

@Suite struct DeliveryTests {
    private let down = DeliveryError("keeper is down")

    @Test func `events of a key are delivered in order, and failures of one key hold up no other`() async throws {
        let bench = try EventBench()
        try await bench.publish(
            ("thing.made", "a"), ("thing.sold", "a"), ("thing.made", "b"), ("thing.sold", "b"), ("thing.made", "a"))
        let transport = RecordingTransport { [down] event, attempt in event.key == "a" && attempt <= 3 ? down : nil }
        let delivery = bench.deliverer("1", transport)
        let error = await #expect(throws: DeliveryError.self) { try await delivery.run { _ in } }
        #expect(error == down)
        #expect(transport.kinds(of: "b") == ["thing.made", "thing.sold"])
        #expect(transport.kinds(of: "a") == [])
        try await bench.deliverAll(delivery)
        #expect(transport.kinds(of: "a") == ["thing.made", "thing.sold", "thing.made"])
        #expect(transport.attempts(of: "a") == 6)
    }

    @Test func `the pause doubles from a fifth of a second to a minute`() async throws {
        let bench = try EventBench()
        try await bench.publish(("thing.made", "a"))
        let delivery = bench.deliverer("1", RecordingTransport { [down] _, _ in down })
        var pauses: [Double] = []
        while try await bench.count("SELECT count(*) FROM dead_letters") == 0 {
            var next: Double?
            await #expect(throws: DeliveryError.self) { try await delivery.run { next = $0 } }
            guard let next else { break }
            pauses.append(next)
            bench.advance(Int64(next * 1000))
        }
        #expect(pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60])
    }

    @Test func `a subscriber that is away for long misses nothing`() async throws {
        let bench = try EventBench()
        try await bench.publish(("thing.made", "a"))
        let away = DeliveryError("keeper is away", isRefusal: false)
        let transport = RecordingTransport { _, attempt in attempt <= 40 ? away : nil }
        let delivery = bench.deliverer("1", transport)
        for _ in 0..<40 {
            await #expect(throws: DeliveryError.self) { try await delivery.run { _ in } }
            bench.advance(60_000)
        }
        try await delivery.run { _ in }
        #expect(transport.kinds(of: "a") == ["thing.made"])
        #expect(try await bench.count("SELECT count(*) FROM dead_letters") == 0)
    }

    @Test func `after twelve attempts an event is a dead letter, and the next of its key goes`() async throws {
        let bench = try EventBench()
        try await bench.publish(("thing.made", "a"), ("thing.sold", "a"))
        let transport = RecordingTransport { [down] event, _ in event.kind == "thing.made" ? down : nil }
        try await bench.deliverAll(bench.deliverer("1", transport))
        #expect(transport.kinds(of: "a") == ["thing.sold"])
        #expect(transport.attempts(of: "a") == 13)
        let letter = try await bench.database.read { context in
            try context.first("SELECT kind, subscriber, attempts, reason FROM dead_letters") {
                "\($0.text(0)) to \($0.text(1)) \($0.integer(2)) times: \($0.text(3))"
            }
        }
        #expect(letter == "thing.made to keeper 12 times: keeper is down")
        #expect(try await bench.count("SELECT count(*) FROM outbox WHERE delivered IS NULL") == 0)
    }

    @Test func `a deliverer that died between delivery and note is taken over, and nothing overtakes`() async throws {
        let bench = try EventBench()
        try await bench.publish(("thing.made", "a"), ("thing.sold", "a"))
        let transport = RecordingTransport()
        // The first delivers, and dies before it writes that down.
        let taken = try await bench.parcels("1").take(at: bench.now)
        #expect(taken.map(\.event.kind) == ["thing.made"])
        for parcel in taken { try await transport.deliver(parcel.event, to: parcel.subscriber) }
        let second = bench.deliverer("2", transport)
        try await second.run { _ in }
        #expect(transport.kinds(of: "a") == ["thing.made"])
        bench.advance(ParcelStore.leaseTime)
        try await second.run { _ in }
        #expect(transport.kinds(of: "a") == ["thing.made", "thing.made", "thing.sold"])
        #expect(transport.delivered[0] == transport.delivered[1])
    }

    @Test func `a late failure of one who lost the lease changes nothing`() async throws {
        let bench = try EventBench()
        try await bench.publish(("thing.made", "a"))
        let first = bench.parcels("1")
        let taken = try await first.take(at: bench.now)
        bench.advance(ParcelStore.leaseTime)
        #expect(try await bench.parcels("2").take(at: bench.now).count == 1)
        for parcel in taken {
            try await first.postpone(parcel, until: 0)
            try await first.bury(parcel, reason: "late", at: bench.now)
        }
        #expect(try await bench.count("SELECT count(*) FROM outbox WHERE lease = '2' AND attempts = 0") == 1)
        #expect(try await bench.count("SELECT count(*) FROM dead_letters") == 0)
    }

    @Test func `two deliverers at once deliver each event once and each key in order`() async throws {
        let bench = try EventBench()
        let outbox = bench.outbox(RecordingTransport())
        try await bench.database.write { context in
            for number in 0..<200 {
                let payload: JSON = ["number": .integer(number)]
                try outbox.append("thing.made", key: "\(number % 7)", payload, at: 1, in: context)
            }
        }
        let transport = RecordingTransport()
        let deliverers = [bench.deliverer("1", transport), bench.deliverer("2", transport)]
        while try await bench.count("SELECT count(*) FROM outbox WHERE delivered IS NULL") > 0 {
            async let one: Void = deliverers[0].run { _ in }
            async let other: Void = deliverers[1].run { _ in }
            _ = try await (one, other)
        }
        #expect(transport.delivered.count == 200)
        for key in 0..<7 {
            let numbers = transport.delivered.filter { $0.key == "\(key)" }.map { $0.payload["number"] }
            #expect(numbers == stride(from: key, to: 200, by: 7).map { JSON.integer($0) })
        }
    }
}
