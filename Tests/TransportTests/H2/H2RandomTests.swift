import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

/// Many exchanges at random between the two sides of the gateway: each ends exactly once, and nothing is left of them.
@Suite struct H2RandomTests {
    /// What is to become of one exchange. The server reads it from the path.
    private struct Plan: Sendable {
        enum Server: String, CaseIterable { case reads, answersFirst, aborts, leaves }
        enum Client: CaseIterable { case waits, leavesEarly, leavesLate }

        var upload: Int
        var download: Int
        var server: Server
        var client: Client
        var seed: UInt64

        init(_ random: inout Random) {
            // Most are small, some are larger than all windows.
            let sizes = [0, 1, 1000, 16_384, 65_536, 300_000]
            upload = Int.random(in: 0...sizes.randomElement(using: &random)!, using: &random)
            download = Int.random(in: 0...sizes.randomElement(using: &random)!, using: &random)
            server = Int.random(in: 0..<3, using: &random) > 0 ? .reads : Server.allCases.randomElement(using: &random)!
            client = Int.random(in: 0..<3, using: &random) > 0 ? .waits : Client.allCases.randomElement(using: &random)!
            seed = random.next()
        }

        var path: String { "/\(server.rawValue)/\(download)/\(seed)" }
    }

    private static let count = 160

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `every exchange ends once, and nothing is left of it`(seed: UInt64) async throws {
        let handled = Notes<String>()
        try await withH2Server(handler: { exchange in
            await Self.serve(exchange)
            handled.values.append(exchange.pathText)
        }) { server in
            let loop = server.loop
            let pool = ConnectionPool(loop: loop, buffers: BufferPool(size: 17 * 1024, limit: 16))
            let target = UpstreamTarget(
                key: 1, address: server.address, tls: TestCertificate.http2Client, serverName: "localhost",
                version: .http2, streamLimit: 25)
            let ends = Notes<String?>()
            var random = Random(seed: seed)
            for started in 0..<Self.count {
                let plan = Plan(&random)
                try await loop.until("a place") { started - ends.values.count < 40 }
                loop.spawn(with: (pool, ends)) { pool, ends in
                    ends.values.append(await Self.perform(plan, over: pool, target))
                }
            }
            try await loop.until("all") { ends.values.count == Self.count }
            #expect(ends.values.compactMap(\.self) == [])
            try await Self.expectRest(of: pool, server)
            #expect(handled.values.count == Set(handled.values).count)
            pool.closeIdle()
            try await loop.until("the connections' end") { pool.openCount == 0 && server.worker.connectionCount == 0 }
        }
        #expect(!handled.values.isEmpty)
    }

    /// Both sides are as they were before the first exchange.
    private static func expectRest(of pool: ConnectionPool, _ server: TestServer) async throws {
        let clients = pool.multiplexed[1]?.connections ?? []
        #expect(!clients.isEmpty)
        try await server.loop.until("rest") {
            clients.allSatisfy { $0.machine.openStreams == 0 && $0.output.capacity == 0 && $0.input.capacity == 0 }
                && server.sessions.allSatisfy {
                    $0.machine.openStreams == 0 && $0.output.capacity == 0 && $0.input.capacity == 0
                }
        }
        for client in clients {
            #expect(client.state.streams.allSatisfy { $0 == nil })
            #expect(client.state.waitingForRoom.isEmpty)
            // What was reset and thrown away has been granted again: at most half of a window is owed.
            #expect(client.machine.connectionSendWindow >= 1 << 19)
        }
        for session in server.sessions {
            #expect(session.state.streams.allSatisfy { $0 == nil })
            #expect(session.state.waitingForRoom.isEmpty)
            #expect(session.machine.connectionSendWindow >= 25 * 65_536 / 2)
        }
    }

    // MARK: The server

    private static func serve(_ exchange: Exchange) async {
        let parts = exchange.pathText.split(separator: "/").map(String.init)
        let body = pattern(Int(parts[1])!)
        var random = Random(seed: UInt64(parts[2])!)
        do {
            switch Plan.Server(rawValue: parts[0])! {
            case .reads:
                let upload = try await exchange.readBody()
                exchange.response.status = upload == pattern(upload.count) ? 210 + upload.count % 80 : 500
                let isStream = Bool.random(using: &random)
                exchange.sendHead(isStream ? .stream : .length(UInt64(body.count)))
                try await exchange.write(body)
                try await exchange.end()
            case .answersFirst:
                exchange.sendHead(.stream)
                try await exchange.write(body)
                try await exchange.end()
            case .aborts:
                exchange.sendHead(.stream)
                try await exchange.write(Array(body.prefix(body.count / 2)))
                exchange.abort()
            case .leaves: break
            }
        } catch {
            exchange.abort()
        }
    }

    // MARK: The client

    /// Does one exchange; returns what is wrong with its end, if anything.
    private static func perform(_ plan: Plan, over pool: ConnectionPool, _ target: UpstreamTarget) async -> String? {
        let loop = pool.loop
        var random = Random(seed: plan.seed)
        let exchange: UpstreamExchange
        do {
            if let idle = pool.beginIdle(target) {
                exchange = idle
            } else {
                exchange = try await pool.begin(target, until: loop.patience)
            }
        } catch {
            return "no connection: \(error)"
        }
        exchange.send(.post, plan.path, .chunked)
        if plan.client == .leavesEarly {
            if Bool.random(using: &random) { await Task.yield() }
            pool.discard(exchange)
            return nil
        }
        let upload = Sleeper(loop: loop)
        loop.spawn(with: (exchange, upload)) { exchange, upload in
            try? await exchange.send(pattern(plan.upload), until: loop.patience)
            upload.wake()
        }
        let result = await receive(plan, from: exchange, &random)
        // As the gateway does: the upload ends before the exchange goes back.
        exchange.waiter.interrupt()
        _ = await upload.sleep(until: loop.patience)
        exchange.waiter.clearInterruption()
        switch result {
        case .success(let fault):
            if plan.client == .leavesLate { pool.discard(exchange) } else { pool.release(exchange) }
            return fault
        case .failure(let error):
            pool.discard(exchange)
            return plan.server == .aborts || plan.server == .leaves ? nil : "\(plan) failed: \(error)"
        }
    }

    private static func receive(
        _ plan: Plan, from exchange: UpstreamExchange, _ random: inout Random
    ) async -> Result<String?, UpstreamError> {
        let deadline = exchange.waiter.loop.patience
        var head = ResponseHead()
        var body: [UInt8] = []
        do {
            try await exchange.receiveHead(into: &head, method: .post, until: deadline)
            while true {
                switch try exchange.pollBody() {
                case .available(let count):
                    let wanted = Int.random(in: 1...count, using: &random)
                    exchange.takeBody(count) { bytes in
                        body += bytes.extracting(first: wanted).array
                        return wanted
                    }
                    if plan.client == .leavesLate { return .success(nil) }
                    if Int.random(in: 0..<4, using: &random) == 0 { await Task.yield() }
                case .needsInput: try await exchange.receiveBody(until: deadline)
                case .end:
                    if plan.server == .aborts || plan.server == .leaves { return .success("\(plan) came to an end") }
                    let isRight = plan.server == .answersFirst || head.status == 210 + plan.upload % 80
                    return .success(
                        isRight && body == pattern(plan.download) ? nil : "\(plan): \(head.status), \(body.count)")
                }
            }
        } catch {
            return .failure(error)
        }
    }
}
