import Bytes
public import HTTP
import Synchronization

/// The sending side of a WebSocket: what it is given goes out in this order, as fast as the client takes it. May be used
/// from anywhere, and for as long as one likes: after the end, what it is given is dropped.
public final class WebSocketSender: Sendable {
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        /// Frames that wait to be written.
        var frames: [UInt8] = []
        /// A Close frame is the last of them, or was.
        var isClosing = false
        /// Whoever writes the frames has nothing more to expect.
        var isFinished = false
        var writer: CheckedContinuation<Void, Never>?
    }

    /// - Parameter limit: the most bytes that may wait.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a Close frame was sent, or the WebSocket has ended.
    public var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Sends text.
    ///
    /// - Returns: false when it is not sent: the WebSocket is closing, or so much waits already that it is closed for that.
    @discardableResult
    public func send(_ text: String) -> Bool { put(.text, Array(text.utf8)) }

    /// Sends bytes. Returns as `send` for text does.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool { put(.binary, bytes) }

    /// Sends a Close frame, after all that was sent before.
    ///
    /// - Parameter reason: for people; cut to the 123 bytes that there is room for.
    public func close(_ code: CloseFrame.Code = .normal, _ reason: String = "") {
        var text = reason
        while text.utf8.count > CloseFrame.longestReason { text.removeLast() }
        var frame = ByteBuffer()
        CloseFrame.append(code, reason: Array(text.utf8).span, mask: nil, to: &frame)
        let bytes = frame.readable.array
        wake {
            guard !$0.isClosing else { return }
            $0.isClosing = true
            $0.isFinished = true
            $0.frames += bytes
        }
    }

    /// Sends a frame.
    @discardableResult
    func put(_ opcode: Opcode, _ payload: [UInt8]) -> Bool {
        var frame = ByteBuffer()
        WebSocketFrameWriter.append(opcode, payload.span, mask: nil, to: &frame)
        let bytes = frame.readable.array
        var isSent = false
        var isFull = false
        wake {
            guard !$0.isClosing else { return }
            isFull = $0.frames.count + bytes.count > limit
            guard !isFull else { return }
            $0.frames += bytes
            isSent = true
        }
        if isFull { close(.policyViolation, "too slow") }
        return isSent
    }

    /// Lets whoever writes come to an end: there is nobody to write to.
    func finish() {
        wake {
            $0.isClosing = true
            $0.isFinished = true
            $0.frames = []
        }
    }

    /// Waits for frames to write; nil when there will be no more. For one task.
    func next() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state -> Bool in
                if !state.frames.isEmpty || state.isFinished { return true }
                state.writer = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { state in
            let frames = state.frames
            state.frames = []
            return frames.isEmpty ? nil : frames
        }
    }

    /// Changes the state, and wakes the writer when there is something for it.
    private func wake(_ change: (inout State) -> Void) {
        let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard !state.frames.isEmpty || state.isFinished else { return nil }
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume()
    }
}
