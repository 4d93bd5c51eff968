import Bytes
import HTTP

/// What following some bytes came to.
private struct Course: Equatable {
    /// How many bytes may be passed on.
    var passed = 0
    var violation: FrameViolation?
    var hasClosed = false
    /// Where frames end, counted in bytes from the first.
    var boundaries: [Int] = []
}

/// The frames of a WebSocket as they pass: they end where a plain reading says, however the bytes arrive.
///
/// The lowest bit of the first byte says who sends them.
func checkWebSocket(_ input: Span<UInt8>) throws(Violation) {
    guard input.count > 0 else { return }
    let sender: FrameTracker.Sender = input[0] & 1 == 0 ? .client : .server
    let frames = input.extracting(1...)
    let expected = Course(reading: frames.array, of: sender)
    for step in [max(frames.count, 1), 1, 5] {
        for stops in [false, true] {
            var course = try follow(frames, step: step, stopsAtBoundary: stops, of: sender)
            // The header of a frame that turns out wrong has passed if its first bytes came without the wrong one.
            try hold(
                course.passed == expected.passed || (course.violation != nil && course.passed > expected.passed),
                "\(course.passed) bytes pass in steps of \(step), read plainly: \(expected.passed)")
            course.passed = expected.passed
            if !stops { course.boundaries = expected.boundaries }
            try hold(course == expected, "in steps of \(step): \(course), read plainly: \(expected)")
        }
    }
    if expected.violation == nil, (expected.boundaries.last ?? 0) == frames.count {
        try checkClose(after: frames, of: sender)
    }
}

/// Follows bytes that arrive `step` at a time.
private func follow(
    _ input: Span<UInt8>, step: Int, stopsAtBoundary: Bool, of sender: FrameTracker.Sender
) throws(Violation) -> Course {
    var tracker = FrameTracker(sender)
    var course = Course()
    var available = 0
    while available < input.count {
        available = min(available + step, input.count)
        while course.passed < available {
            // At a boundary there is nothing to stop for: the first byte of the next frame goes alone.
            let isFirst = stopsAtBoundary && tracker.isAtBoundary
            let unread = input.extracting(course.passed..<(isFirst ? course.passed + 1 : available))
            let count: Int
            do throws(FrameViolation) {
                count = try tracker.follow(unread, stopsAtBoundary: stopsAtBoundary && !isFirst)
            } catch {
                course.violation = error
                return course
            }
            try hold(count > 0 && count <= unread.count, "\(count) of \(unread.count) bytes pass")
            course.passed += count
            if tracker.isAtBoundary { course.boundaries.append(course.passed) }
            course.hasClosed = tracker.hasClosed
        }
    }
    return course
}

/// A Close frame between two frames is followed as one.
private func checkClose(after frames: Span<UInt8>, of sender: FrameTracker.Sender) throws(Violation) {
    var output = ByteBuffer()
    output.append(frames)
    CloseFrame.append(.goingAway, mask: sender == .client ? 0x1234_5678 : nil, to: &output)
    let bytes = output.readable.array
    let course = try follow(bytes.span, step: bytes.count, stopsAtBoundary: true, of: sender)
    try hold(course.hasClosed && course.boundaries.last == bytes.count, "a Close frame closes: \(course)")
}

extension Course {
    /// Reads the frames one after the other, with all bytes at hand (RFC 6455, section 5.2).
    fileprivate init(reading bytes: [UInt8], of sender: FrameTracker.Sender) {
        var start = 0
        while start < bytes.count {
            passed = start
            let frame = bytes[start...]
            let isControl = frame[start] & 0x08 != 0
            if isControl, frame[start] & 0x80 == 0 {
                violation = .fragmentedControl
                return
            }
            guard frame.count > 1 else { break }
            let isMasked = frame[start + 1] & 0x80 != 0
            let short = Int(frame[start + 1] & 0x7F)
            if isMasked != (sender == .client) { violation = .wrongMask }
            if violation == nil, isControl, short > 125 { violation = .longControl }
            if violation != nil { return }
            let extended = short == 127 ? 8 : short == 126 ? 2 : 0
            guard frame.count >= 2 + extended else { break }
            let number = frame[(start + 2)..<(start + 2 + extended)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let length = extended == 0 ? UInt64(short) : number
            if length >> 63 != 0 || extended == 8 && length < 65_536 || extended == 2 && length < 126 {
                violation = .badLength
                return
            }
            let header = 2 + extended + (isMasked ? 4 : 0)
            guard frame.count >= header else { break }
            if frame[start] & 0x0F == 8 { hasClosed = true }
            guard UInt64(frame.count - header) >= length else { break }
            start += header + Int(length)
            boundaries.append(start)
        }
        passed = bytes.count
    }
}
