import Bytes
import HTTP
import Testing

@Suite struct MessageReaderTests {
    /// What a reader made of some bytes.
    private struct Reading: Equatable {
        var events: [Told] = []
        var error: MessageError?
    }

    private struct Told: Equatable, CustomStringConvertible {
        let event: MessageReader.Event
        let payload: [UInt8]

        init(_ event: MessageReader.Event, _ payload: [UInt8] = []) {
            self.event = event
            self.payload = payload
        }

        init(_ event: MessageReader.Event, _ text: String) { self.init(event, Array(text.utf8)) }

        var description: String { "\(event) \(payload.count) bytes" }
    }

    private func read(_ bytes: [UInt8], step: Int, limit: Int = 1 << 20) -> Reading {
        var reader = MessageReader(.client, limit: limit)
        var reading = Reading()
        var start = 0
        while start < bytes.count {
            var position = start
            let end = min(start + step, bytes.count)
            do throws(MessageError) {
                while position < end {
                    let (consumed, event) = try reader.read(bytes.span.extracting(position..<end))
                    position += consumed
                    if let event { reading.events.append(Told(event, reader.payload.array)) }
                }
            } catch {
                reading.error = error
                return reading
            }
            start = end
        }
        return reading
    }

    /// A frame as a client sends it.
    private static func frame(_ first: UInt8, _ payload: [UInt8], mask: UInt32 = 0xA1B2_C3D4) -> [UInt8] {
        var buffer = ByteBuffer()
        WebSocketFrameWriter.append(.text, payload.span, mask: mask, to: &buffer)
        buffer.replace(at: 0, with: first)
        return buffer.readable.array
    }

    private static func frame(_ first: UInt8, _ text: String) -> [UInt8] { frame(first, Array(text.utf8)) }

    @Test func `the examples of RFC 6455 section 5-7 are read`() {
        let hello: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(read(hello, step: 100) == Reading(events: [Told(.text, "Hello")]))
        let ping: [UInt8] = [0x89, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(read(ping, step: 100) == Reading(events: [Told(.ping, "Hello")]))
    }

    @Test(arguments: [1, 2, 3, 5, 8, 1000, 1_000_000])
    func `messages, fragments and control frames between them come out however they are split`(step: Int) {
        let sizes = [0, 1, 3, 4, 125, 126, 65_535, 65_536]
        var bytes: [UInt8] = []
        var expected: [Told] = []
        for size in sizes {
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            bytes += Self.frame(0x82, payload)
            expected.append(Told(.binary, payload))
        }
        bytes += Self.frame(0x01, "ein ") + Self.frame(0x89, "now") + Self.frame(0x00, "") + Self.frame(0x8A, "")
        bytes += Self.frame(0x00, "gr\u{FC}") + Self.frame(0x80, "n") + Self.frame(0x81, "") + Self.frame(0x88, "")
        expected += [Told(.ping, "now"), Told(.pong), Told(.text, "ein gr\u{FC}n"), Told(.text), Told(.close(nil))]
        #expect(read(bytes, step: step) == Reading(events: expected))
    }

    @Test(arguments: [1, 3, 1000])
    func `a character may be split between two fragments`(step: Int) {
        let bytes = Self.frame(0x01, [0xE2, 0x82]) + Self.frame(0x80, [0xAC])
        #expect(read(bytes, step: step) == Reading(events: [Told(.text, "€")]))
    }

    @Test(arguments: [1, 1000])
    func `a Close frame tells code and reason, and what follows it is not read`(step: Int) {
        let bytes = Self.frame(0x88, [0x0F, 0xA0] + Array("weg".utf8)) + [0, 1, 2, 3]
        #expect(read(bytes, step: step) == Reading(events: [Told(.close(.init(rawValue: 4000)), "weg")]))
    }

    @Test(
        arguments: [
            (frame(0xC1, "a"), .brokenProtocol), (frame(0xA1, "a"), .brokenProtocol),
            (frame(0x91, "a"), .brokenProtocol),
            (frame(0x83, "a"), .brokenProtocol), (frame(0x8B, "a"), .brokenProtocol),
            (frame(0x80, "a"), .brokenProtocol), (frame(0x00, "a"), .brokenProtocol),
            (frame(0x01, "a") + frame(0x81, "b"), .brokenProtocol),
            (frame(0x01, "a") + frame(0x02, "b"), .brokenProtocol),
            (frame(0x09, "a"), .brokenProtocol), (frame(0x08, ""), .brokenProtocol),
            ([0x81, 0x01, 0x61], .brokenProtocol), ([0x89, 0xFE, 0, 126], .brokenProtocol),
            ([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], .brokenProtocol),
            (frame(0x88, [3]), .brokenProtocol), (frame(0x88, [3, 0xED]), .brokenProtocol),
            (frame(0x88, [3, 0xEE]), .brokenProtocol), (frame(0x88, [0, 0]), .brokenProtocol),
            (frame(0x88, [0x13, 0x88]), .brokenProtocol), (frame(0x88, [3, 0xE8, 0xFF]), .notText),
            (frame(0x81, [0xC3]), .notText), (frame(0x81, [0xED, 0xA0, 0x80]), .notText),
            (frame(0x81, [0xF8, 0x88, 0x80, 0x80, 0x80]), .notText), (frame(0x81, [0xC0, 0x80]), .notText),
            (frame(0x82, [UInt8](repeating: 0, count: 201)), .tooLarge),
            (frame(0x02, [UInt8](repeating: 0, count: 200)) + frame(0x80, "a"), .tooLarge),
            ([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], .tooLarge),
        ] as [([UInt8], MessageError)], [1, 3, 1000])
    func `what breaks the rules ends the reading, with the code for it`(_ example: ([UInt8], MessageError), step: Int) {
        let reading = read(example.0, step: step, limit: 200)
        #expect(reading == Reading(error: example.1))
    }

    @Test(arguments: zip(MessageError.allCases, [1002, 1007, 1009] as [UInt16]))
    func `every error has its code (RFC 6455 section 7-4-1)`(error: MessageError, code: UInt16) {
        #expect(error.code.rawValue == code)
    }

    @Test func `a message of exactly the limit is taken`() {
        let payload = [UInt8](repeating: 7, count: 200)
        #expect(read(Self.frame(0x82, payload), step: 64, limit: 200) == Reading(events: [Told(.binary, payload)]))
    }

    @Test(arguments: [nil, 0, 0xFFFF_0001] as [UInt32?], [0, 1, 125, 126, 65_535, 65_536])
    func `what is written is read again`(mask: UInt32?, size: Int) throws {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var buffer = ByteBuffer()
        WebSocketFrameWriter.append(.binary, payload.span, mask: mask, to: &buffer)
        var reader = MessageReader(mask == nil ? .server : .client, limit: 1 << 20)
        let (consumed, event) = try reader.read(buffer.readable)
        #expect(consumed == buffer.count && event == .binary)
        #expect(reader.payload.array == payload)
    }

    @Test func `no bytes make it trap, or read more than there is`() {
        var generator = SeededGenerator(state: 6455)
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let first = [0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89].randomElement(using: &generator)!
                bytes += Self.frame(UInt8(first), (0..<Int.random(in: 0...9, using: &generator)).map { _ in 0x41 })
            }
            if !bytes.isEmpty, Bool.random(using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let step = Int.random(in: 1...9, using: &generator)
            #expect(read(bytes, step: step, limit: 32) == read(bytes, step: 1000, limit: 32))
        }
    }
}
