import Bytes
import HTTP

extension H2Owner {
    /// Does what the owner's way is, after something has happened on a stream.
    mutating func act(_ slot: H2Slot) throws(Violation) {
        guard let stream = streams[slot.index] else { return }
        switch way {
        case .hasty:
            try answer(slot, status: 200)
            try forget(slot.index)
        case .patient:
            guard stream.hasEnded else { return }
            try answer(slot, status: 200)
            try forget(slot.index)
        case .idle: return
        case .greedy:
            if role == .server, !stream.hasAnswered {
                streams[slot.index]!.unsent = 100_000
                try sendHead(slot, status: 200, isEnd: false)
            }
            try sendMore()
        }
        if role == .client { try openStreams() }
    }

    /// Server: sends a whole response, as far as the windows allow, unless one has begun.
    mutating func answer(_ slot: H2Slot, status: Int) throws(Violation) {
        guard role == .server, streams[slot.index]?.hasAnswered == false else { return }
        try sendHead(slot, status: status, isEnd: false)
        _ = try send(slot, [UInt8](repeating: 0x61, count: 10), isEnd: way == .hasty)
        guard way == .patient else { return }
        var trailers = FieldBlock()
        trailers.append(.etag, value: "x")
        var output = ByteBuffer()
        connection.sendTrailers(slot, trailers, to: &output)
        try flush(output)
    }

    private mutating func sendHead(_ slot: H2Slot, status: Int, isEnd: Bool) throws(Violation) {
        streams[slot.index]!.hasAnswered = true
        var head = ResponseHead()
        head.status = status
        head.fields.append(.server, value: "fuzz")
        var output = ByteBuffer()
        connection.sendResponse(slot, head, contentLength: nil, isEnd: isEnd, to: &output)
        try flush(output)
    }

    /// Sends what the windows allow, and holds the connection to what it says of them.
    private mutating func send(_ slot: H2Slot, _ bytes: [UInt8], isEnd: Bool) throws(Violation) -> Int {
        let window = connection.sendWindow(of: slot)
        try hold(window >= 0, "a window of \(window)")
        let isOpen = !connection.isClosed(slot)
        var output = ByteBuffer()
        let count = connection.sendData(slot, bytes.span, isEnd: isEnd, to: &output)
        try flush(output)
        let expected = min(window, bytes.count)
        try hold(count == expected || (count == 0 && (!isOpen || output.isEmpty)), "sent \(count), could \(expected)")
        return count
    }

    /// Goes on sending on every stream that has something left.
    mutating func sendMore() throws(Violation) {
        for index in streams.keys.sorted() {
            guard let stream = streams[index], stream.unsent > 0, !stream.isReset else { continue }
            let bytes = [UInt8](repeating: 0x62, count: stream.unsent)
            streams[index]!.unsent -= try send(stream.slot, bytes, isEnd: true)
            if streams[index]!.unsent == 0, stream.hasEnded { try forget(index) }
        }
    }

    /// Client: makes requests until as many are open as may be, some with a body.
    mutating func openStreams() throws(Violation) {
        while streams.count < Self.maxConcurrentStreams, let slot = connection.open() {
            streams[slot.index] = Stream(slot: slot)
            let hasBody = slot.id & 2 == 0
            var head = RequestHead()
            head.setMethod(hasBody ? .post : .get)
            head.setAuthority([0x61].span)
            var output = ByteBuffer()
            connection.sendRequest(
                slot, head, path: [UInt8(ascii: "/")].span, contentLength: nil, isEnd: !hasBody, to: &output)
            try flush(output)
            streams[slot.index]!.hasAnswered = true
            if hasBody { streams[slot.index]!.unsent = way == .greedy ? 100_000 : 100 }
        }
        try sendMore()
    }

    private mutating func flush(_ output: borrowing ByteBuffer) throws(Violation) {
        let bytes = output.readable.array
        try write { _, buffer in buffer.append(bytes.span) }
    }
}
