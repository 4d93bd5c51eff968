/// The streams of a connection, each in a slot that is its own until it is forgotten.
///
/// There are a few hundred at most. A stream is found by its identifier through a small table of hints, indexed by the
/// identifier's low bits: of the streams that share a hint the latest is found at once, the others by looking at all.
struct StreamTable {
    private var streams: [H2Stream] = []
    private var free: [UInt16] = []
    private var hints = InlineArray<128, UInt16>(repeating: 0)

    /// Slots that are taken.
    var takenCount: Int { streams.count - free.count }
    /// Streams that have not ended.
    private(set) var activeCount = 0

    /// How many slots there can be.
    static var capacity: Int { 1 << 16 }

    /// The stream in a slot, which is taken or was.
    subscript(index: Int) -> H2Stream {
        @inline(__always) _read { yield streams[index] }
        @inline(__always) _modify { yield &streams[index] }
    }

    /// The slot of a stream that is open, or half-closed on either side.
    @inline(__always)
    func slot(of id: UInt32) -> H2Slot? {
        let hinted = Int(hints[Self.hint(id)])
        if hinted < streams.count, streams[hinted].id == id {
            return streams[hinted].state.isActive ? H2Slot(index: hinted, id: id) : nil
        }
        return search(id)
    }

    private func search(_ id: UInt32) -> H2Slot? {
        for index in streams.indices where streams[index].id == id {
            return streams[index].state.isActive ? H2Slot(index: index, id: id) : nil
        }
        return nil
    }

    /// Whether the slot was not forgotten.
    @inline(__always)
    func holds(_ slot: H2Slot) -> Bool {
        slot.index < streams.count && streams[slot.index].id == slot.id
    }

    /// Gives a stream that has not ended a slot.
    mutating func take(_ stream: H2Stream) -> H2Slot {
        let index: Int
        if let reused = free.popLast() {
            index = Int(reused)
            streams[index] = stream
        } else {
            index = streams.count
            precondition(index < Self.capacity, "more streams than any limit allows")
            streams.append(stream)
        }
        hints[Self.hint(stream.id)] = UInt16(index)
        activeCount += 1
        return H2Slot(index: index, id: stream.id)
    }

    /// Closes a stream that may have ended before.
    mutating func close(_ slot: H2Slot) {
        guard streams[slot.index].state != .closed else { return }
        streams[slot.index].state = .closed
        activeCount -= 1
    }

    /// The peer ended its side of a stream.
    mutating func endReceiving(_ slot: H2Slot) {
        streams[slot.index].state.endReceiving()
        if streams[slot.index].state == .closed { activeCount -= 1 }
    }

    /// We end our side of a stream.
    mutating func endSending(_ slot: H2Slot) {
        streams[slot.index].state.endSending()
        if streams[slot.index].state == .closed { activeCount -= 1 }
    }

    /// Frees the slot of a stream that has ended.
    mutating func forget(_ slot: H2Slot) {
        precondition(streams[slot.index].state == .closed, "a stream forgotten before its end")
        streams[slot.index] = .none
        free.append(UInt16(slot.index))
    }

    /// Changes every stream that has not ended; stops and returns false as soon as `body` does.
    mutating func changeAll(_ body: (inout H2Stream) -> Bool) -> Bool {
        for index in streams.indices where streams[index].state != .closed {
            guard body(&streams[index]) else { return false }
        }
        return true
    }

    /// Closes the streams above an identifier.
    mutating func closeAll(above id: UInt32) {
        for index in streams.indices where streams[index].id > id && streams[index].state != .closed {
            close(H2Slot(index: index, id: streams[index].id))
        }
    }

    private static func hint(_ id: UInt32) -> Int { Int(id >> 1) & 127 }
}
