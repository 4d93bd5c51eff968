import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct OutputQueueTests {
    /// Whatever the sizes in which a body is offered and read, and however often the socket is full, the peer gets that
    /// body: after a partial write the same bytes come first, and chunks are as long as they say.
    @Test(arguments: [false, true], [false, true])
    func `bytes arrive in order and whole`(isSecure: Bool, isChunked: Bool) async throws {
        try await onLoop { loop in
            for seed in 0..<12 as Range<UInt64> {
                let pair = try await ChannelPair.open(on: loop, isSecure: isSecure)
                var random = Random(seed: seed)
                let body = pattern(Int.random(in: 0...400_000, using: &random))
                let far = pair.far
                async let received = far.message()
                var queue = OutputQueue()
                let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)"
                queue.buffer.append(string: "HTTP/1.1 200 OK\r\n\(length)\r\n\r\n")
                queue.startBody(isChunked: isChunked)
                var sent = 0
                while sent < body.count {
                    let size = Int.random(in: 1...(seed % 2 == 0 ? 40_000 : 3000), using: &random)
                    let offered = min(body.count, sent + size)
                    let (taken, step) = queue.offer(body.span.extracting(sent..<offered), to: pair.near)
                    #expect(taken <= offered - sent)
                    let queued = queue.buffer.count
                    #expect(queued <= OutputQueue.limit + 64)
                    sent += taken
                    if case .bytes = step { continue }
                    #expect(step == .wantsWrite)
                    try await pair.near.wait(after: step, until: loop.patience)
                }
                queue.endBody(trailers: FieldBlock())
                while case let step = queue.flush(to: pair.near), step == .wantsWrite {
                    try await pair.near.wait(after: step, until: loop.patience)
                }
                let isEmpty = queue.buffer.isEmpty
                #expect(isEmpty)
                let message = try await received
                #expect(message.body == body, "seed \(seed)")
                pair.near.close()
            }
        }
    }

    @Test func `only what the channel took counts as written`() async throws {
        try await onLoop { loop in
            let pair = try await ChannelPair.open(on: loop)
            var queue = OutputQueue()
            var step: ChannelStep
            queue.startMessage()
            queue.buffer.append("head")
            _ = queue.offer(pattern(100).span, to: pair.near)
            var hasWritten = queue.hasWritten
            #expect(!hasWritten)
            // More than the socket takes: some of it is gone, though the flush is not done.
            while queue.buffer.count < 200_000 { queue.buffer.append(pattern(50_000).span) }
            step = queue.flush(to: pair.near)
            #expect(step == .wantsWrite)
            hasWritten = queue.hasWritten
            #expect(hasWritten)
            queue.startMessage()
            step = queue.flush(to: pair.near)
            #expect(step == .wantsWrite)
            hasWritten = queue.hasWritten
            #expect(!hasWritten)
            pair.near.close()
        }
    }

    @Test func `a peer that has gone is a failure`() async throws {
        try await onLoop { loop in
            let pair = try await ChannelPair.open(on: loop)
            pair.far.close()
            var queue = OutputQueue()
            queue.buffer.append("lost")
            var step: ChannelStep
            step = queue.flush(to: pair.near)
            #expect(step == .failed)
            let bytes = pattern(50_000)
            step = queue.offer(bytes.span, to: pair.near).step
            #expect(step == .failed)
            pair.near.close()
            step = queue.flush(to: pair.near)
            #expect(step == .wantsWrite)
        }
    }
}
