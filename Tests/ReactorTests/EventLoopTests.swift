import Bytes
import Reactor
import Synchronization
import Testing

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

@Suite struct EventLoopTests {
    @Test func `a task and its children stay on the loop's thread`() async throws {
        try await onLoop { loop in
            #expect(loop.isCurrent)
            await loop.sleep(for: 1_000_000)
            #expect(loop.isCurrent)
            await Task.yield()
            #expect(loop.isCurrent)
            let values = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<3 { group.addTask { loop.isCurrent } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(values == [true, true, true])
        }
    }

    @Test func `sleepers wake in the order of their deadlines, and a woken one at once`() async throws {
        let order = try await onLoop { loop in
            nonisolated(unsafe) var order: [Int] = []
            let long = Sleeper(loop: loop)
            nonisolated(unsafe) let sleeper = long
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let wakeup = await sleeper.sleep(until: loop.now + 60_000_000_000)
                    #expect(wakeup == .ready)
                    order.append(3)
                }
                for (index, delay) in [(2, 8_000_000), (1, 2_000_000)] as [(Int, UInt64)] {
                    group.addTask {
                        await loop.sleep(for: delay)
                        order.append(index)
                        if index == 2 { sleeper.wake() }
                    }
                }
            }
            return order
        }
        #expect(order == [1, 2, 3])
    }

    @Test(arguments: ["tcp", "unix"])
    func `bytes go both ways over a connection, and no job comes from another thread`(kind: String) async throws {
        let path = "/tmp/reactor-\(UInt64.random(in: 0 ... .max)).sock"
        let address: SocketAddress = kind == "tcp" ? SocketAddress(ip: "127.0.0.1", port: 0)! : .unix(path: path)
        try await onLoop { loop in
            let listener = try Listener(
                Listener.open(address, isShared: true), on: loop, onExhaustion: { _ in })
            nonisolated(unsafe) let shared = listener
            loop.spawn {
                await shared.run { descriptor, _ in
                    nonisolated(unsafe) let server = try! loop.watch(descriptor)
                    loop.spawn { await echo(server) }
                }
            }
            let client = try await Connector.connect(to: shared.address, on: loop, until: loop.now + 5_000_000_000)
            let before = loop.foreignJobs
            for round in 1...20 {
                let sent = [UInt8](repeating: UInt8(round), count: round * 10_000)
                nonisolated(unsafe) let watcher = client
                async let sending: Void = send(sent, to: watcher)
                var received = ByteBuffer()
                while received.count < sent.count {
                    _ = await client.waitReadable(until: loop.now + 5_000_000_000)
                    guard case .bytes = client.read(into: &received, atLeast: 4096) else { continue }
                }
                _ = await sending
                #expect(received.readable.array == sent)
            }
            #expect(loop.foreignJobs == before)
            client.close()
            shared.close()
        }
    }

    @Test func `a wait ends at its deadline and at an interruption`() async throws {
        try await onLoop { loop in
            let listener = try Listener(
                Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: loop,
                onExhaustion: { _ in })
            let client = try await Connector.connect(to: listener.address, on: loop, until: loop.now + 5_000_000_000)
            #expect(await client.waitReadable(until: loop.now + 2_000_000) == .timedOut)
            nonisolated(unsafe) let watcher = client
            loop.spawn { watcher.interrupt() }
            let wakeup = await client.waitReadable(until: loop.now + 5_000_000_000)
            #expect(wakeup == .interrupted)
            client.close()
            listener.close()
            await listener.run { _, _ in }
        }
    }

    @Test func `a wait costs one job`() async throws {
        try await onLoop { loop in
            let sleeper = Sleeper(loop: loop)
            _ = await sleeper.sleep(until: loop.now + 1000)
            let before = loop.jobsRun
            for _ in 0..<100 { _ = await sleeper.sleep(until: loop.now + 1000) }
            #expect(loop.jobsRun - before <= 100)
        }
    }

    @Test func `a refused connection says why`() async throws {
        try await onLoop { loop in
            let descriptor = try Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false)
            let address = try Listener.address(of: descriptor)
            _ = consume descriptor
            await #expect(throws: ConnectError.failed(SystemError(call: "connect", code: 111))) {
                _ = try await Connector.connect(to: address, on: loop, until: loop.now + 5_000_000_000)
            }
        }
    }
}

private func echo(_ watcher: Watcher) async {
    var buffer = ByteBuffer()
    while await watcher.waitReadable(until: .never) == .ready {
        switch watcher.read(into: &buffer, atLeast: 4096) {
        case .bytes:
            await send(buffer.readable.array, to: watcher)
            buffer.removeAll()
        case .wouldBlock: continue
        case .end, .failed:
            watcher.close()
            return
        }
    }
    watcher.close()
}

private func send(_ bytes: [UInt8], to watcher: Watcher) async {
    var sent = 0
    while sent < bytes.count {
        guard await watcher.waitWritable(until: .never) == .ready else { return }
        if case .bytes(let count) = watcher.write(bytes.span.extracting(sent..<bytes.count)) { sent += count }
    }
}
