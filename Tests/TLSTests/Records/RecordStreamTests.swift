import Bytes
import COpenSSL
import Testing

@testable import TLS

/// Our records against OpenSSL at the other end.
@Suite struct RecordStreamTests {
    func open(_ client: TLSClientContext? = nil) throws -> SessionPair {
        var pair = try SessionPair(server: Credentials.server(), client: client ?? Credentials.client())
        try pair.open()
        let isOurs = pair.server.records != nil && pair.server.session == nil
        #expect(isOurs)
        return pair
    }

    @Test(arguments: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
    func `all suites carry data, through key updates`(suite: String) throws {
        let client = try Credentials.client()
        SSL_CTX_set_ciphersuites(client.handle.pointer, suite)
        var pair = try open(client)
        let name = pair.server.cipherName
        #expect(name == suite)
        for round in 0..<6 {
            #expect(try pair.clientSays("hello") == "hello")
            #expect(try pair.serverSays("good day") == "good day")
            SSL_key_update(
                pair.client.session, round % 2 == 0 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)
        }
    }

    @Test func `our own key is updated before it wears out`() throws {
        var pair = try open()
        pair.server.records?.recordsPerKey = 3
        for _ in 0..<10 { #expect(try pair.serverSays("hello") == "hello") }
        let used = pair.server.records?.writer.sequence
        #expect(used == 1)
    }

    @Test func `padding is taken off`() throws {
        let client = try Credentials.client()
        SSL_CTX_set_block_padding(client.handle.pointer, 512)
        var pair = try open(client)
        #expect(try pair.clientSays("hello") == "hello")
    }

    @Test func `records that arrive byte by byte are read`() throws {
        var pair = try open()
        pair.poll()
        _ = pair.client.write(Array("hello".utf8).span)
        var received = ByteBuffer()
        for byte in pair.sockets.receivedAtNear() {
            pair.sockets.sendFromFar([byte])
            pair.poll()
            _ = pair.server.read(into: &received, upTo: 100)
        }
        let text = received.readable.text
        #expect(text == "hello")
        let rest = pair.server.records?.inbound.capacity
        #expect(rest == 0)
    }

    @Test func `a request that comes with the end of the handshake is not lost`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        pair.poll()
        _ = pair.client.handshake()
        pair.poll()
        _ = pair.server.handshake()
        pair.poll()
        let step = pair.client.handshake()
        #expect(step == .done)
        _ = pair.client.write([UInt8](repeating: 65, count: 20_000).span)
        pair.poll()
        let end = pair.server.handshake()
        #expect(end == .done)
        let more = pair.server.mayHoldMore
        #expect(more)
        let text = try pair.server.text()
        #expect(text.utf8.count == 20_000)
    }

    @Test(arguments: [1, 7, 16_383, 16_384, 16_385])
    func `a record larger than what the caller wants is handed out in parts`(limit: Int) throws {
        var pair = try open()
        pair.poll()
        let sent = buffer((0..<16_384).map { UInt8(truncatingIfNeeded: $0) })
        _ = pair.client.write(sent.readable)
        pair.poll()
        var received = ByteBuffer()
        while case .bytes(let count) = pair.server.read(into: &received, upTo: limit) { #expect(count <= limit) }
        let equal = received.readable.equals(sent.readable)
        #expect(equal)
    }

    @Test(arguments: [
        ([UInt8]([0x14, 3, 3, 0, 1, 1]), SSL_R_UNEXPECTED_RECORD),
        ([0x15, 3, 3, 0, 2, 1, 0], SSL_R_UNEXPECTED_RECORD),
        ([0x16, 3, 3, 0, 5, 24, 0, 0, 1, 0], SSL_R_UNEXPECTED_RECORD),
        ([0x17, 3, 3, 0x41, 0x01], SSL_R_ENCRYPTED_LENGTH_TOO_LONG),
        ([0x17, 3, 3, 0xFF, 0xFF], SSL_R_ENCRYPTED_LENGTH_TOO_LONG),
        ([0x17, 3, 3, 0, 16] + [UInt8](repeating: 0, count: 16), SSL_R_LENGTH_TOO_SHORT),
        ([0x17, 3, 3, 0, 0], SSL_R_LENGTH_TOO_SHORT),
        ([0x17, 3, 3, 0, 17] + [UInt8](repeating: 0, count: 17), SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC),
    ])
    func `records that break the protocol are refused, with an alert (RFC 8446, section 5)`(
        bytes: [UInt8], reason: CInt
    ) throws {
        var pair = try open()
        pair.sockets.sendFromFar(bytes)
        pair.poll()
        var received = ByteBuffer()
        let step = pair.server.read(into: &received, upTo: 100)
        #expect(step == .failed(.protocolViolation(reason: reason)))
        let left = received.count
        #expect(left == 0)
        pair.poll()
        guard case .failed(.alert) = pair.client.read(into: &received, upTo: 100) else {
            throw Unexpected.steps("no alert")
        }
    }

    @Test func `a flood of key updates is refused`() throws {
        var pair = try open()
        pair.poll()
        for _ in 0..<40 {
            SSL_key_update(pair.client.session, SSL_KEY_UPDATE_REQUESTED)
            SSL_do_handshake(pair.client.session)
        }
        pair.poll()
        var received = ByteBuffer()
        let step = pair.server.read(into: &received, upTo: 100)
        #expect(step == .failed(.protocolViolation(reason: SSL_R_TOO_MANY_WARN_ALERTS)))
    }

    @Test func `a changed byte anywhere in a record is noticed`() throws {
        for position in [3, 4, 5, 20, 26, 27, 40] {
            var pair = try open()
            pair.poll()
            _ = pair.client.write([UInt8](repeating: 9, count: 20).span)
            var record = pair.sockets.receivedAtNear()
            record[position] ^= 1
            pair.sockets.sendFromFar(record + [UInt8](repeating: 0, count: 300))
            pair.poll()
            var received = ByteBuffer()
            guard case .failed = pair.server.read(into: &received, upTo: 100) else {
                throw Unexpected.steps("accepted a change at \(position)")
            }
            let left = received.count
            #expect(left == 0)
        }
    }

    @Test func `the same record twice is noticed`() throws {
        var pair = try open()
        pair.poll()
        _ = pair.client.write([1, 2, 3].span)
        let record = pair.sockets.receivedAtNear()
        pair.sockets.sendFromFar(record + record)
        pair.poll()
        var received = ByteBuffer()
        let (first, second) = (
            pair.server.read(into: &received, upTo: 100), pair.server.read(into: &received, upTo: 100)
        )
        #expect(first == .bytes(3))
        #expect(second == .failed(.protocolViolation(reason: SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC)))
    }

    @Test func `fewer bytes after a blocked write are taken as far as they go`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client(), bufferSize: 4608)
        try pair.open()
        pair.poll()
        let sent = [UInt8](repeating: 7, count: 100_000)
        var taken = 0
        var received = ByteBuffer()
        for _ in 0..<10_000 where taken < sent.count {
            pair.poll()
            let some = sent.span.extracting(taken..<min(taken + 50_000, sent.count))
            switch pair.server.write(taken % 2 == 0 ? some : some.extracting(first: min(10, some.count))) {
            case .bytes(let count): taken += count
            case .wantsWrite: break
            case let other: throw Unexpected.steps("\(other)")
            }
            pair.poll()
            _ = pair.client.read(into: &received, upTo: 3000)
        }
        for _ in 0..<100 where received.count < taken {
            pair.poll()
            _ = pair.client.read(into: &received, upTo: 3000)
        }
        let count = received.count
        #expect(count == sent.count)
    }
}
