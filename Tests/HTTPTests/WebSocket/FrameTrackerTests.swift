import Bytes
import HTTP
import Testing

@Suite struct FrameTrackerTests {
    /// A frame with a payload of this many bytes, masked as a client does or not at all.
    private static func frame(
        _ opcode: UInt8, _ count: Int, from sender: FrameTracker.Sender, isFinal: Bool = true
    ) -> [UInt8] {
        var bytes = [(isFinal ? 0x80 : 0) | opcode]
        let mask: UInt8 = sender == .client ? 0x80 : 0
        if count < 126 {
            bytes.append(mask | UInt8(count))
        } else if count < 65_536 {
            bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 255)]
        } else {
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(count >> shift & 255)) }
        }
        if sender == .client { bytes += [1, 2, 3, 4] }
        // A payload that looks like the start of frames, to catch who takes it for one.
        return bytes + [UInt8](repeating: 0x88, count: count)
    }

    private static let sizes = [0, 1, 2, 125, 126, 127, 65_535, 65_536, 70_000]

    /// Follows all bytes in steps of some size and returns where boundaries were found.
    private func boundaries(_ bytes: [UInt8], _ sender: FrameTracker.Sender, step: Int) throws -> [Int] {
        var tracker = FrameTracker(sender)
        var found: [Int] = []
        var position = 0
        while position < bytes.count {
            let end = min(position + step, bytes.count)
            let passed = try tracker.follow(bytes.span.extracting(position..<end))
            #expect(passed == end - position)
            position = end
            if tracker.isAtBoundary { found.append(position) }
        }
        return found
    }

    @Test(arguments: [FrameTracker.Sender.client, .server], [1, 2, 3, 7, 1000, 100_000])
    func `boundaries are found however the bytes are split`(sender: FrameTracker.Sender, step: Int) throws {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for size in Self.sizes {
            bytes += Self.frame(2, size, from: sender)
            ends.append(bytes.count)
        }
        let found = try boundaries(bytes, sender, step: step)
        #expect(found == ends.filter { $0 % step == 0 || $0 == bytes.count })
    }

    @Test(arguments: [FrameTracker.Sender.client, .server])
    func `one that stops at boundaries returns the rest of each frame`(sender: FrameTracker.Sender) throws {
        let frames = Self.sizes.map { Self.frame(1, $0, from: sender) }
        var bytes = frames.flatMap { $0 }
        var tracker = FrameTracker(sender)
        let none = try tracker.follow(bytes.span, stopsAtBoundary: true)
        #expect(none == 0)
        for frame in frames {
            let first = try tracker.follow(bytes.span.extracting(first: 1))
            let rest = try tracker.follow(bytes.span.extracting(1...), stopsAtBoundary: true)
            #expect(first + rest == frame.count)
            #expect(tracker.isAtBoundary)
            bytes.removeFirst(frame.count)
        }
    }

    @Test(arguments: [FrameTracker.Sender.client, .server])
    func `fragments and control frames between them are frames like others`(sender: FrameTracker.Sender) throws {
        let bytes =
            Self.frame(1, 9, from: sender, isFinal: false) + Self.frame(9, 4, from: sender)
            + Self.frame(0, 9, from: sender, isFinal: false) + Self.frame(10, 4, from: sender)
            + Self.frame(0, 9, from: sender)
        var tracker = FrameTracker(sender)
        let passed = try tracker.follow(bytes.span)
        #expect(passed == bytes.count && tracker.isAtBoundary && !tracker.hasClosed)
    }

    @Test func `a Close frame is noticed as soon as its header is complete`() throws {
        let bytes = Self.frame(8, 2, from: .client)
        var tracker = FrameTracker(.client)
        for index in 0..<5 {
            _ = try tracker.follow(bytes.span.extracting(index..<index + 1))
            #expect(!tracker.hasClosed)
        }
        _ = try tracker.follow(bytes.span.extracting(5..<6))
        #expect(tracker.hasClosed && !tracker.isAtBoundary)
        _ = try tracker.follow(bytes.span.extracting(6...))
        #expect(tracker.isAtBoundary)
    }

    @Test(
        arguments: [
            (.client, [0x81, 0x05], .wrongMask), (.server, [0x81, 0x85], .wrongMask),
            (.client, [0x09], .fragmentedControl), (.server, [0x08], .fragmentedControl),
            (.client, [0x89, 0xFE], .longControl), (.server, [0x88, 0x7F], .longControl),
            (.client, [0x82, 0xFE, 0, 125], .badLength), (.server, [0x82, 0x7E, 0, 0], .badLength),
            (.server, [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .badLength),
            (.server, [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], .badLength),
            (.client, [0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .badLength),
        ] as [(FrameTracker.Sender, [UInt8], FrameViolation)], [false, true])
    func `what cannot be a frame is flagged at the byte that shows it`(
        _ example: (FrameTracker.Sender, [UInt8], FrameViolation), isSplit: Bool
    ) throws {
        let (sender, bytes, violation) = example
        var tracker = FrameTracker(sender)
        if isSplit {
            for index in 0..<bytes.count - 1 { _ = try tracker.follow(bytes.span.extracting(index..<index + 1)) }
            #expect(throws: violation) { _ = try tracker.follow(bytes.span.extracting((bytes.count - 1)...)) }
        } else {
            #expect(throws: violation) { _ = try tracker.follow(bytes.span) }
        }
    }

    @Test func `good frames before a bad one may still pass`() throws {
        let good = Self.frame(1, 3, from: .client) + Self.frame(1, 200, from: .client)
        let bytes = good + [0x81, 0x00]
        var tracker = FrameTracker(.client)
        let passed = try tracker.follow(bytes.span)
        #expect(passed == good.count && tracker.isAtBoundary)
        #expect(throws: FrameViolation.wrongMask) { _ = try tracker.follow(bytes.span.extracting(passed...)) }
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PRI"])
    func `attack, upgrade smuggling: no request line passes as the frame of a client`(method: String) {
        let bytes = "\(method) /admin HTTP/1.1\r\nHost: a\r\n\r\n".bytes
        var tracker = FrameTracker(.client)
        #expect(throws: FrameViolation.self) { _ = try tracker.follow(bytes.span) }
    }

    @Test func `no bytes make it trap or pass more than there is`() {
        var generator = SeededGenerator(state: 6455)
        for _ in 0..<20_000 {
            var tracker = FrameTracker(Bool.random(using: &generator) ? .client : .server)
            do {
                for _ in 0..<8 {
                    let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                    let stops = Bool.random(using: &generator)
                    let passed = try tracker.follow(bytes.span, stopsAtBoundary: stops)
                    #expect(passed <= bytes.count)
                }
            } catch {
                continue
            }
        }
    }
}
