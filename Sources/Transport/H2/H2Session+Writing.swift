internal import Bytes
internal import HTTP
internal import Reactor

extension H2Session {
    /// Bytes that may be queued; streams that have more wait. Control frames are queued in any case, and the machine
    /// bounds them.
    private static var highWater: Int { 64 * 1024 }
    /// From here down those that wait go on.
    static var lowWater: Int { 16 * 1024 }
    /// What one stream may queue at its turn while others wait.
    private static var quantum: Int { 16 * 1024 }

    /// How many bytes of body a stream may queue now: what there is room for here and in the connection's window. While
    /// others wait, that is what is left of its turn, so that none has to wait for another's end.
    final func room(for stream: H2Stream) -> Int {
        let room = min(Self.highWater - output.count, machine.connectionSendWindow)
        guard room > 0 else { return 0 }
        return state.waitingForRoom.isEmpty ? room : min(room, stream.state.turn)
    }

    /// Puts a stream at the end of the line of those that wait for room.
    final func waitForRoom(_ stream: H2Stream) {
        if !stream.state.isInLine {
            stream.state.isInLine = true
            stream.state.turn = 0
            state.waitingForRoom.append(stream)
        }
        // What is queued is enough for several records: no need to wait for the end of the round.
        if !state.isWriting { flush() }
    }

    /// Wakes the stream that has waited for room longest, if there is some.
    final func letGoOn() {
        guard output.count <= Self.lowWater, !state.waitingForRoom.isEmpty, machine.connectionSendWindow > 0 else {
            return
        }
        let stream = state.waitingForRoom.removeFirst()
        stream.state.isInLine = false
        stream.state.turn = Self.quantum
        stream.waiter.becomeWritable()
        // The next one's turn comes whether or not this one has something to send.
        if !state.waitingForRoom.isEmpty { flushSoon() }
    }

    /// Appends frames to the output, which is then written soon.
    final func send<Result>(_ body: (inout H2Connection, inout ByteBuffer) -> Result) -> Result {
        if output.capacity == 0 { output = buffers.lend() }
        let result = body(&machine, &output)
        if output.isEmpty { buffers.reclaim(output.take()) } else { flushSoon() }
        return result
    }

    /// Writes what is queued, as far as the channel takes it; a task of its own writes the rest.
    final func flush() {
        state.isFlushDue = false
        guard !state.isWriting, !state.isEnded else { return }
        switch writeSome() {
        case .wantsWrite: startWriting()
        case .end, .failed: fail()
        // What the peer has to say first makes the reader's task write again.
        case .bytes, .wantsRead: break
        }
    }

    /// Starts the task that writes when the channel takes more.
    final func startWriting() {
        guard !state.isWriting else { return }
        state.isWriting = true
        loop.spawn(with: self) { session in await session.write() }
    }

    /// Waits until that task has ended, or has come down to `count` bytes.
    final func waitUntilWritten(downTo count: Int = -1) async {
        while state.isWriting, !state.isEnded, output.count > count {
            let sleeper = Sleeper(loop: loop)
            state.written = sleeper
            _ = await sleeper.sleep(until: .never)
        }
    }

    private final func write() async {
        var transfer = TransferGuard()
        while !state.isEnded {
            let start = loop.now
            do {
                try await channel.wait(after: .wantsWrite, until: transfer.deadline(from: start, limits: pace))
            } catch {
                if error == .interrupted { continue }
                fail()
                break
            }
            transfer.didWait(from: start, to: loop.now)
            let before = output.count
            let step = writeSome()
            transfer.didMove(before - output.count)
            if step == .wantsWrite { continue }
            if step == .end || step == .failed { fail() }
            break
        }
        state.isWriting = false
        state.written?.wake()
    }

    private final func writeSome() -> ChannelStep {
        var step = ChannelStep.bytes(0)
        while !output.isEmpty {
            step = channel.write(output.readable)
            guard case .bytes(let count) = step else { break }
            output.consume(count)
        }
        if output.isEmpty, output.capacity > 0 { buffers.reclaim(output.take()) }
        if output.count <= Self.lowWater {
            letGoOn()
            state.written?.wake()
        }
        return step
    }

    /// The peer takes nothing more: the reader's task finds out.
    private final func fail() {
        state.isEnded = true
        channel.watcher.interrupt()
    }
}
