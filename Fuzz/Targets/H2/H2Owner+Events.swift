import Bytes
import HTTP

extension H2Owner {
    /// Holds an event against what is known of its stream, and does what the owner does.
    mutating func handle(_ event: H2Event, _ frame: Span<UInt8>) throws(Violation) {
        switch event {
        case .head(let slot, let isEnd): try handleHead(slot, isEnd: isEnd)
        case .refusedHead(let slot, _, let isEnd):
            note(.event(event))
            try take(slot)
            if isEnd { streams[slot.index]?.hasEnded = true }
            try answer(slot, status: 400)
            try forget(slot.index)
        case .data(let slot, let range, let isEnd):
            try hold(range.lowerBound >= 9 && range.upperBound <= frame.count, "data lies in its frame")
            note(.data(slot.id, frame.extracting(range).array, isEnd: isEnd))
            try handleData(slot, count: range.count, isEnd: isEnd)
        case .trailers(let slot):
            try checkConnectionFields(connection.trailers)
            note(.trailers(FieldsPicture(connection.trailers)))
            try finishMessage(slot)
            try act(slot)
        case .reset(let slot, _, _):
            note(.event(event))
            try handleReset(slot)
        case .malformed(let slot, _):
            note(.event(event))
            if let slot { try handleReset(slot) }
        case .windowOpened(let slot):
            note(.event(event))
            if let slot { try known(slot) }
            try sendMore()
        case .settingsReceived, .goAway:
            note(.event(event))
            try sendMore()
        case .none, .pong: note(.event(event))
        case .needsInput: break
        }
    }

    /// Events come only for streams that are known and go on.
    private func known(_ slot: H2Slot) throws(Violation) {
        try hold(streams[slot.index]?.slot == slot, "an event for stream \(slot.id), which nobody knows")
        try hold(streams[slot.index]?.isReset == false, "an event for stream \(slot.id), which was reset")
    }

    private mutating func handleHead(_ slot: H2Slot, isEnd: Bool) throws(Violation) {
        let declared: UInt64?
        if role == .server {
            let picture = RequestPicture(connection.requestHead)
            try picture.checkParts(of: connection.requestHead.method)
            try checkConnectionFields(connection.requestHead.fields)
            note(.request(picture))
            try take(slot)
            declared = length(in: connection.requestHead.fields)
        } else {
            try known(slot)
            let status = connection.responseHead.status
            try checkConnectionFields(connection.responseHead.fields)
            note(.response(status, FieldsPicture(connection.responseHead.fields)))
            try hold(!(isEnd && connection.responseHead.isInformational), "an informational response ends nothing")
            let isBodiless = status < 200 || status == 204 || status == 304
            declared = isBodiless ? nil : length(in: connection.responseHead.fields)
        }
        streams[slot.index]?.declared = declared
        if isEnd { try finishMessage(slot) }
        try act(slot)
    }

    private func length(in fields: borrowing FieldBlock) -> UInt64? {
        guard let index = fields.firstIndex(of: .contentLength) else { return nil }
        return UInt64(fields.value(at: index).text)
    }

    private mutating func handleData(_ slot: H2Slot, count: Int, isEnd: Bool) throws(Violation) {
        try known(slot)
        let hasEnded = streams[slot.index]!.hasEnded
        try hold(!hasEnded && (count > 0 || isEnd), "data comes before the end, and says something")
        streams[slot.index]!.received += UInt64(count)
        if let declared = streams[slot.index]!.declared {
            try hold(streams[slot.index]!.received <= declared, "more data than \(declared) bytes")
        }
        let used =
            switch way {
            case .hasty, .patient: count
            case .idle: 0
            case .greedy: count / 2
            }
        streams[slot.index]!.unused -= used
        try write { connection, output in connection.didConsume(slot, used, to: &output) }
        if isEnd { try finishMessage(slot) }
        try act(slot)
    }

    private mutating func handleReset(_ slot: H2Slot) throws(Violation) {
        try known(slot)
        streams[slot.index]?.isReset = true
        try hold(connection.isClosed(slot), "a stream that was reset is closed")
        if way != .idle { try forget(slot.index) }
    }

    /// The peer's message is over, and as long as it said.
    private mutating func finishMessage(_ slot: H2Slot) throws(Violation) {
        try known(slot)
        try hold(!streams[slot.index]!.hasEnded, "stream \(slot.id) ends twice")
        streams[slot.index]!.hasEnded = true
        if let declared = streams[slot.index]!.declared {
            try hold(streams[slot.index]!.received == declared, "less data than \(declared) bytes")
        }
    }
}
