import Bytes
import HTTP

/// A connection of HTTP/2 and its owner: what a peer sends means the same however it arrives, and whatever it sends, what we
/// send keeps the rules, windows and slots are accounted for, and messages are as long as they say.
///
/// The first byte is made of bits: whether we are the client, whether bytes follow as they are on the wire, whether the
/// peer is spared the opening, and two that say what the owner does (see ``H2Owner``). Otherwise each block is a frame: its
/// kind has the type in the low half and the stream in the high one, and its first byte is the flags.
func checkH2Connection(_ input: Span<UInt8>) throws(Violation) {
    guard input.count > 0 else { return }
    let options = input[0]
    let role: H2Connection.Role = options & 1 == 0 ? .server : .client
    var bytes: [UInt8] = []
    if options & 4 == 0 {
        if role == .server { bytes += Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) }
        bytes += WireFrame(type: WireFrame.Kind.settings).bytes
    }
    if options & 2 == 0 {
        for (kind, block) in Blocks(input.array.dropFirst()) { bytes += frame(kind, block).bytes }
    } else {
        bytes += input.array.dropFirst()
    }
    let way = H2Owner.Way(rawValue: options >> 3 & 3)!
    let whole = try run(bytes, step: bytes.count, role, way)
    let split = try run(bytes, step: 1, role, way)
    try hold(split.steps == whole.steps, "byte by byte: \(split.steps), whole: \(whole.steps)")
    try hold(split.output == whole.output, "byte by byte other bytes are answered")
}

/// What a connection came to.
private struct Course {
    let steps: [H2Owner.Step]
    let output: [UInt8]
}

/// The frame that a block stands for. Data is given 64 times, so that short inputs fill windows.
private func frame(_ kind: UInt8, _ block: [UInt8]) -> WireFrame {
    let types: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x20, 0, 1, 8, 9]
    let number = UInt32(kind >> 4)
    let stream = number == 0 ? 0 : number == 15 ? 2 : number * 2 - 1
    var frame = WireFrame(type: types[Int(kind & 15)], flags: block.first ?? 0, stream: stream)
    frame.payload = Array(block.dropFirst())
    if frame.type == WireFrame.Kind.data { frame.payload = (0..<64).flatMap { _ in frame.payload } }
    return frame
}

/// Lets the peer's bytes arrive `step` at a time, and ends all work then.
private func run(
    _ bytes: [UInt8], step: Int, _ role: H2Connection.Role, _ way: H2Owner.Way
) throws(Violation) -> Course {
    var owner = H2Owner(role, way)
    try owner.start()
    var used = 0
    var available = 0
    while available < bytes.count, !owner.hasFailed {
        available = min(available + max(step, 1), bytes.count)
        used += try owner.receive(bytes.span.extracting(used..<available))
    }
    try owner.end()
    return Course(steps: owner.steps, output: owner.wire.output)
}
