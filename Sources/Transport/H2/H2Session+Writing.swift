internal import Bytes
internal import HTTP
internal import Reactor

extension H2Session {
    /// Bytes that may be queued; streams that have more wait. Control frames are queued in any case, and the machine
    /// bounds them.
    private static var highWater: Int { 64 * 1024 }
    /// From here down those that wait go on.
    private static var lowWater: Int { 16 * 1024 }
    /// What one stream may queue while others wait.
    private static var quantum: Int { 16 * 1024 }

    /// How many bytes of body a stream may queue now.
    final func room(for stream: H2Stream) -> Int {
        let room = Self.highWater - output.count
        guard room > 0 else { return 0 }
        return state.waitingForRoom.isEmpty ? room : min(room, Self.quantum)
    }

    /// Puts a stream in the line of those that wait for room.
    final func waitForRoom(_ stream: H2Stream) {
        state.waitingForRoom.append(stream)
        // What is queued is enough for several records: no need to wait for the end of the round.
        if !state.isWriting { flush() }
    }

    /// Appends frames to the output, which is then written soon.
    final func send<Result>(_ body: (inout H2Connection, inout ByteBuffer) -> Result) -> Result {
        if output.capacity == 0 { output = buffers.lend() }
        let result = body(&machine, &output)
        if !output.isEmpty { flushSoon() }
        return result
    }

    /// Writes what is queued, as far as the channel takes it; a task of its own writes the rest.
    final func flush() {
        state.isFlushDue = false
        guard !state.isWriting, !state.isEnded else { return }
        switch writeSome() {
        case .wantsWrite:
            state.isWriting = true
            loop.spawn(with: self) { session in await session.write() }
        case .end, .failed: fail()
        // What the peer has to say first makes the reader's task write again.
        case .bytes, .wantsRead: break
        }
    }

    private final func write() async {
        while !state.isEnded {
            do {
                try await channel.wait(after: .wantsWrite, until: loop.now + writePatience)
            } catch {
                if error == .interrupted { continue }
                fail()
                break
            }
            let step = writeSome()
            if step == .wantsWrite { continue }
            if step == .end || step == .failed { fail() }
            break
        }
        state.isWriting = false
        state.allWritten?.wake()
    }

    private final func writeSome() -> ChannelStep {
        var step = ChannelStep.bytes(0)
        while !output.isEmpty {
            step = channel.write(output.readable)
            guard case .bytes(let count) = step else { break }
            output.consume(count)
        }
        if output.isEmpty, output.capacity > 0 { buffers.reclaim(output.take()) }
        if output.count <= Self.lowWater { letGoOn() }
        return step
    }

    /// Wakes those that wait for room, in the order in which they came.
    private final func letGoOn() {
        if state.waitingForRoom.isEmpty { return }
        var waiting: [H2Stream] = []
        swap(&waiting, &state.waitingForRoom)
        for stream in waiting { stream.waiter.becomeWritable() }
    }

    /// The peer takes nothing more: the reader's task finds out.
    private final func fail() {
        state.isEnded = true
        channel.watcher.interrupt()
    }
}
