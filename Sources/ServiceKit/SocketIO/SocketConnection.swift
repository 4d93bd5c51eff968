import HTTP
import Synchronization

/// One client of Socket.IO: its session, and where its packets go. May be used from anywhere.
final class SocketConnection: Sendable {
    /// The name under which the client's requests find it; whoever knows it speaks as the client.
    let id: String
    /// The public name.
    let socketID: String

    /// What there is to know of it.
    struct State {
        var engine: EngineSession
        var socket: SocketSession
        /// Who the client is, once it has said so.
        var member: SocketMember?
        /// The WebSocket that is tried, or that the session goes over.
        var webSocket: WebSocketSender?
        /// The poll that waits.
        var poll: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(id: String, socketID: String, engine: EngineSession, socket: SocketSession, webSocket: WebSocketSender?) {
        self.id = id
        self.socketID = socketID
        state = Mutex(State(engine: engine, socket: socket, webSocket: webSocket))
        change { _ in }
    }

    /// Changes the state, and hands on what can go out then.
    @discardableResult
    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, poll) = state.withLock { state in
            let result = body(&state)
            return (result, Self.settle(&state))
        }
        poll?.resume()
        return result
    }

    /// Hands what is queued to the WebSocket; the poll that is to be answered, if there is one.
    private static func settle(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        for packet in state.engine.takeForWebSocket() { state.webSocket?.send(packet.text) }
        if let end = state.engine.end {
            state.webSocket?.close(end.closeCode, end.rawValue)
        } else if !state.engine.isProbing, !state.engine.isWebSocket, let tried = state.webSocket {
            // The client took too long to change over.
            tried.close(.policyViolation)
            state.webSocket = nil
        }
        guard state.engine.isPollReady else { return nil }
        defer { state.poll = nil }
        return state.poll
    }

    /// Why it has ended; nil while it has not.
    var end: EngineEnd? { state.withLock { $0.engine.end } }

    /// Who the client is; nil while it has not said so.
    var member: SocketMember? { state.withLock { $0.member } }

    /// Sends a packet.
    func send(_ packet: SocketPacket) { change { $0.engine.enqueue(.message(packet.text)) } }

    /// Ends it.
    func finish(_ end: EngineEnd) { change { $0.engine.finish(end) } }

    /// Waits for something to answer a poll with; nil when it may not wait.
    func poll() async -> EngineSession.PollAnswer? {
        guard change({ $0.engine.beginPoll() }) else { return nil }
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.engine.isPollReady { return true }
                state.poll = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return change { $0.engine.endPoll() }
    }
}

extension EngineEnd {
    /// The code that a WebSocket is closed with.
    fileprivate var closeCode: CloseFrame.Code {
        switch self {
        case .clientClosed, .connectionLost: .normal
        case .stopping, .timedOut: .goingAway
        case .malformed, .overlap: .protocolError
        case .binary: .unsupportedData
        case .tooSlow, .notConnected, .expired: .policyViolation
        }
    }
}
