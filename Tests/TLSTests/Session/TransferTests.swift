import Bytes
import Testing

@testable import TLS

@Suite struct TransferTests {
    @Test(arguments: [CInt?.none, 4608, 65_536], [true, false])
    func `large transfers arrive in order through partial writes`(bufferSize: CInt?, newest: Bool) throws {
        let client = try Credentials.client()
        if !newest { client.limitToVersion12() }
        var pair = try SessionPair(server: Credentials.server(), client: client, bufferSize: bufferSize)
        try pair.open()
        let sent = buffer((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
        var (fromServer, fromClient) = (0, 0)
        var atServer = ByteBuffer()
        var atClient = ByteBuffer()
        var rounds = 0
        while atServer.count < sent.count || atClient.count < sent.count {
            rounds += 1
            guard rounds < 100_000 else { throw Unexpected.steps("stuck") }
            pair.poll()
            if fromServer < sent.count,
                case .bytes(let count) = pair.server.write(sent.readable.extracting(fromServer...))
            {
                fromServer += count
            }
            if fromClient < sent.count,
                case .bytes(let count) = pair.client.write(sent.readable.extracting(fromClient...))
            {
                fromClient += count
            }
            pair.poll()
            if case .failed(let error) = pair.server.read(into: &atServer, upTo: 50_000) { throw error }
            if case .failed(let error) = pair.client.read(into: &atClient, upTo: 1000) { throw error }
        }
        let equal = (atServer.readable.equals(sent.readable), atClient.readable.equals(sent.readable))
        #expect(equal == (true, true))
    }

    @Test(arguments: [true, false])
    func `one read takes all records that arrived, up to the limit`(newest: Bool) throws {
        let client = try Credentials.client()
        if !newest { client.limitToVersion12() }
        var pair = try SessionPair(server: Credentials.server(), client: client)
        try pair.open()
        pair.poll()
        for _ in 0..<10 { _ = pair.client.write([UInt8](repeating: 65, count: 100).span) }
        pair.poll()
        var bytes = ByteBuffer()
        // A record that does not fit as a whole may be left for the next read.
        let first = pair.server.read(into: &bytes, upTo: 450)
        #expect(first == .bytes(400) || first == .bytes(450))
        let more = pair.server.mayHoldMore
        #expect(more)
        _ = pair.server.read(into: &bytes, upTo: 4096)
        let count = bytes.count
        #expect(count == 1000)
        let (readable, none) = (pair.server.isReadable, pair.server.read(into: &bytes, upTo: 4096))
        #expect(!readable)
        #expect(none == .wantsRead)
    }

    @Test func `a full socket wants to be written to again`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client(), bufferSize: 4608)
        try pair.open()
        pair.poll()
        let bytes = [UInt8](repeating: 1, count: 100_000)
        var total = 0
        while case .bytes(let count) = pair.server.write(bytes.span.extracting(total...)) { total += count }
        let (writable, again) = (pair.server.isWritable, pair.server.write(bytes.span.extracting(total...)))
        #expect(!writable)
        #expect(again == .wantsWrite)
        #expect(total < bytes.count)
    }

    @Test func `goodbye is seen as the end, once everything was read`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        try pair.open()
        pair.poll()
        _ = pair.client.write([1, 2, 3].span)
        pair.client.shutdown()
        pair.client.shutdown()
        pair.poll()
        var bytes = ByteBuffer()
        let (data, end) = (pair.server.read(into: &bytes, upTo: 100), pair.server.read(into: &bytes, upTo: 100))
        #expect(data == .bytes(3))
        #expect(end == .closed)
        let truncated = pair.server.isTruncated
        #expect(!truncated)
        // One direction is closed, the other still works.
        let answer = pair.server.write([4].span)
        #expect(answer == .bytes(1))
        let late = pair.client.write([5].span)
        #expect(late == .failed(.transport(errno: 32)))
    }

    @Test func `an end without goodbye is the end, but marked as truncated`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        try pair.open()
        pair.poll()
        _ = pair.client.write([1, 2, 3].span)
        pair.sockets.endFar()
        // One event tells of the bytes and of the end: the short read must not hide the end.
        pair.poll()
        var bytes = ByteBuffer()
        let (data, end) = (pair.server.read(into: &bytes, upTo: 100), pair.server.read(into: &bytes, upTo: 100))
        #expect(data == .bytes(3))
        #expect(end == .closed)
        let truncated = pair.server.isTruncated
        #expect(truncated)
    }

    @Test func `a forged record ends the session`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        try pair.open()
        pair.sockets.sendFromFar([0x17, 0x03, 0x03, 0x00, 0x20] + [UInt8](repeating: 0, count: 32))
        pair.poll()
        var bytes = ByteBuffer()
        guard case .failed(.protocolViolation) = pair.server.read(into: &bytes, upTo: 100) else {
            throw Unexpected.steps("accepted")
        }
        guard case .failed = pair.server.write([1].span) else { throw Unexpected.steps("still open") }
        pair.server.shutdown()
    }

    @Test func `a ticket leaves together with the first bytes`() throws {
        let keys = try TicketKeyRing(now: Instant(nanoseconds: 0))
        var pair = try SessionPair(server: Credentials.server(ticketKeys: keys), client: Credentials.client())
        try pair.open()
        pair.poll()
        let silent = pair.client.isReadable
        #expect(!silent)
        #expect(try pair.serverSays("hello") == "hello")
    }
}
