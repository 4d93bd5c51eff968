import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct H2UploadTests {
    @Test(arguments: [false, true])
    func `bodies of all sizes arrive whole, side by side`(isSecure: Bool) async throws {
        let sizes = [0, 1, 16_384, 65_535, 65_536, 300_000, 1_000_000]
        try await withH2Upstream(
            isSecure: isSecure,
            script: { server, _ in
                var answered: Set<UInt32> = []
                while try await server.hear() {
                    for (id, seen) in server.streams where seen.isEnded && answered.insert(id).inserted {
                        let isRight = seen.body == pattern(seen.body.count)
                        try await server.send(.response(id), .data(id, isRight ? "\(seen.body.count)" : "wrong"))
                    }
                }
            }
        ) { upstream in
            let loop = upstream.loop
            let answers = Notes<String>()
            for size in sizes {
                let exchange = try await upstream.begin("/", .post, framing: .chunked)
                loop.spawn(with: (upstream, answers, exchange)) { upstream, answers, exchange in
                    do {
                        try await exchange.send(pattern(size), until: loop.patience)
                        answers.values.append(try await exchange.answer(to: .post, until: loop.patience).text)
                    } catch {
                        answers.values.append("\(error)")
                    }
                    upstream.pool.release(exchange)
                }
            }
            try await loop.until("all") { answers.values.count == sizes.count }
            #expect(answers.values.sorted() == sizes.map(String.init).sorted())
            #expect(upstream.accepted == 1)
        }
    }

    @Test func `a window that SETTINGS open lets a body go on`() async throws {
        try await withH2Upstream(
            settings: [Setting.initialWindow: 0],
            script: { server, _ in
                try await server.until { server[1].method == "POST" && server.settingsAcknowledged > 0 }
                await server.loop.sleep(for: 5 * milliseconds)
                try await server.send(.settings([Setting.initialWindow: 100_000]))
                let request = try await server.rest(of: 1)
                try await server.send(.response(1), .data(1, "\(request.body.count)"))
                try await server.untilEnd()
            }
        ) { upstream in
            // So that the first SETTINGS are known.
            let first = try await upstream.begin("/", .post, framing: .chunked)
            try await upstream.loop.until("settings") {
                upstream.connections()[0].state.lastReadAt > upstream.connections()[0].state.idleSince
            }
            try await first.send(pattern(50_000), until: upstream.loop.patience)
            #expect(try await first.answer(to: .post, until: upstream.loop.patience).text == "50000")
            upstream.pool.release(first)
        }
    }

    @Test func `an upstream that has answered may refuse the rest of the body without failing the response`()
        async throws
    {
        try await withH2Upstream(script: { server, _ in
            server.opensWindows = false
            try await server.until { server[1].body.count > 60_000 }
            try await server.send(.response(1, 413), .data(1, "no"), .reset(1, 0))
            try await server.untilEnd()
        }) { upstream in
            let loop = upstream.loop
            let exchange = try await upstream.begin("/", .post, framing: .length(1_000_000))
            let ends = Notes<String>()
            loop.spawn(with: (ends, exchange)) { ends, exchange in
                do {
                    try await exchange.send(pattern(1_000_000), until: loop.patience)
                    ends.values.append("sent")
                } catch {
                    ends.values.append("\(error)")
                }
            }
            let answer = try await exchange.answer(to: .post, until: loop.patience)
            #expect(answer.status == 413)
            #expect(answer.text == "no")
            // The upload is not left waiting.
            try await loop.until("the upload's end") { !ends.values.isEmpty }
            upstream.pool.release(exchange)
            #expect(upstream.connections()[0].machine.openStreams == 0)
        }
    }

    @Test func `an answer that ends early ends the request with CANCEL when it is released`() async throws {
        let codes = Notes<UInt32>()
        try await withH2Upstream(script: { server, _ in
            try await server.until { !server[1].method.isEmpty }
            try await server.send(.response(1, 200), .data(1, "early"))
            codes.values.append(try await server.rest(of: 1).reset ?? 99)
            try await server.untilEnd()
        }) { upstream in
            let exchange = try await upstream.begin("/", .post, framing: .chunked)
            #expect(try await exchange.answer(to: .post, until: upstream.loop.patience).text == "early")
            upstream.pool.release(exchange)
            try await upstream.loop.until("the reset") { !codes.values.isEmpty }
        }
        #expect(codes.values == [8])
    }
}
