public import Bytes

extension H2Connection {
    /// Sends a response head, final or informational. On a stream that is closed it does nothing.
    ///
    /// - Parameters:
    ///   - contentLength: the length to declare; nil for none, or when it is among the fields.
    ///   - isEnd: whether nothing follows. An informational head never ends a stream.
    public mutating func sendResponse(
        _ slot: H2Slot, _ head: borrowing ResponseHead, contentLength: UInt64?, isEnd: Bool,
        to output: inout ByteBuffer
    ) {
        guard canSend(slot) else { return }
        let isEnd = isEnd && !head.isInformational
        let block = OpenFieldBlock(stream: slot.id, isEnd: isEnd, in: &output)
        writer.writeResponse(head, contentLength: contentLength, to: &output)
        block.close(in: &output)
        if isEnd { endSending(slot) }
    }

    /// Client: sends the request head of a stream that was just opened.
    ///
    /// - Parameters:
    ///   - path: the path with its query, as it goes upstream.
    ///   - contentLength: the length to declare; nil for none, or when it is among the fields.
    ///   - isEnd: whether nothing follows.
    public mutating func sendRequest(
        _ slot: H2Slot, _ head: borrowing RequestHead, path: Span<UInt8>, contentLength: UInt64?, isEnd: Bool,
        to output: inout ByteBuffer
    ) {
        guard streams.holds(slot), streams[slot.index].state == .idle else { return }
        hasUnsentRequest = false
        lastSentStream = slot.id
        streams[slot.index].state = .open
        streams[slot.index].isBodiless = head.method == .head
        let block = OpenFieldBlock(stream: slot.id, isEnd: isEnd, in: &output)
        writer.writeRequest(head, path: path, contentLength: contentLength, to: &output)
        block.close(in: &output)
        if isEnd { endSending(slot) }
    }

    /// Sends what both windows allow of `bytes`, in frames of at most 16,384 of them.
    ///
    /// - Parameter isEnd: whether nothing follows `bytes`; the stream is ended when all of them were taken.
    /// - Returns: how many were taken. Fewer than all means: wait for ``H2Event/windowOpened(_:)``.
    public mutating func sendData(
        _ slot: H2Slot, _ bytes: Span<UInt8>, isEnd: Bool, to output: inout ByteBuffer
    ) -> Int {
        guard canSend(slot) else { return 0 }
        if bytes.isEmpty {
            if isEnd { sendEnd(slot, to: &output) }
            return 0
        }
        let count = min(bytes.count, sendWindow(of: slot))
        let endsHere = isEnd && count == bytes.count
        var offset = 0
        while offset < count {
            let part = min(count - offset, FrameWriter.maxPayload)
            FrameWriter.data(
                bytes.extracting(offset..<offset + part), stream: slot.id, isEnd: endsHere && offset + part == count,
                to: &output)
            offset += part
            // A frame that a tiny window cut short is what its receiver made us send.
            if count == bytes.count || part >= Self.smallestWork { guards.didWork() }
        }
        dataSent &+= UInt64(count)
        sendWindow.send(count)
        streams[slot.index].sendWindow.send(count)
        if endsHere { endSending(slot) }
        return count
    }

    /// From how many bytes on a frame that a window cut short counts as work.
    private static var smallestWork: Int { 1024 }

    /// Sends trailers, which end our side. On a stream that is closed it does nothing.
    public mutating func sendTrailers(
        _ slot: H2Slot, _ fields: borrowing FieldBlock, to output: inout ByteBuffer
    ) {
        guard canSend(slot) else { return }
        guard !fields.isEmpty else { return sendEnd(slot, to: &output) }
        let block = OpenFieldBlock(stream: slot.id, isEnd: true, in: &output)
        writer.writeTrailers(fields, to: &output)
        block.close(in: &output)
        endSending(slot)
    }

    /// Ends our side with an empty DATA frame. On a stream that is closed it does nothing.
    public mutating func sendEnd(_ slot: H2Slot, to output: inout ByteBuffer) {
        guard canSend(slot) else { return }
        FrameWriter.header(.data, length: 0, flags: .endStream, stream: slot.id, to: &output)
        endSending(slot)
    }

    /// How many bytes of data may be sent on a stream now.
    public func sendWindow(of slot: H2Slot) -> Int {
        guard streams.holds(slot) else { return 0 }
        return max(min(sendWindow.available, streams[slot.index].sendWindow.available), 0)
    }

    /// How many bytes of data may be sent on all streams together now, whatever each of them allows.
    public var connectionSendWindow: Int { max(sendWindow.available, 0) }

    @inline(__always)
    private func canSend(_ slot: H2Slot) -> Bool {
        streams.holds(slot) && streams[slot.index].state.canSend && phase != .failed
    }
}
