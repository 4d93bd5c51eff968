import Bytes
import Crypto
import Synchronization
import Telemetry

/// The clients of Socket.IO that are connected to this process, and the rooms that they are in.
///
/// All of it is in the memory of one process: a service with several instances would have as many sets of rooms, and the
/// requests of one session would reach the wrong one. Such a service runs with one instance.
public final class SocketServer: Sendable {
    /// What clients may take of time and room.
    let limits: SocketLimits
    let logger: Logger
    private let clock: @Sendable () -> Duration
    private let wallClock: @Sendable () -> Int64
    private let state = Mutex(State())

    private struct State {
        var connections: [String: SocketConnection] = [:]
        /// By public name.
        var bySocket: [String: SocketConnection] = [:]
        var rooms = Rooms()
        var isStopping = false
    }

    /// Also registers the job that looks after the clients' deadlines.
    ///
    /// - Parameters:
    ///   - context: what the handler was given.
    ///   - limits: what clients may take of time and room.
    public convenience init(_ context: HandlerContext, limits: SocketLimits = SocketLimits()) {
        let start = ContinuousClock.now
        self.init(context, limits: limits) { ContinuousClock.now - start }
    }

    /// - Parameter clock: the time since some moment.
    init(_ context: HandlerContext, limits: SocketLimits, clock: @escaping @Sendable () -> Duration) {
        self.limits = limits
        self.clock = clock
        logger = context.logger
        wallClock = context.now
        context.jobs.every(1, "sockets") { [weak self] in self?.tick() }
    }

    /// How many clients there are.
    public var count: Int { state.withLock { $0.connections.count } }

    /// Sends an event to everybody in a room.
    ///
    /// - Parameter except: somebody who is left out.
    public func emit(_ event: String, _ arguments: JSON..., to room: String, except: Socket? = nil) {
        let packet = SocketPacket(.event(name: event, arguments: arguments))
        let members = state.withLock { state in
            state.rooms.members(of: room).compactMap { $0 == except?.id ? nil : state.bySocket[$0] }
        }
        for member in members { member.send(packet) }
    }

    // MARK: Rooms

    func join(_ connection: SocketConnection, _ room: String) throws(Problem) {
        let isIn = state.withLock { state in
            let member = connection.socketID
            guard state.bySocket[member] != nil else { return true }
            let isNew = !state.rooms.contains(member, in: room)
            guard !isNew || state.rooms.count(of: member) < limits.rooms else { return false }
            state.rooms.join(member, room)
            return true
        }
        guard isIn else { throw .conflict("too-many-rooms", "A client is in at most \(limits.rooms) rooms.") }
    }

    func leave(_ connection: SocketConnection, _ room: String) {
        state.withLock { $0.rooms.leave(connection.socketID, room) }
    }

    func leaveAll(_ connection: SocketConnection) {
        state.withLock { $0.rooms.leaveAll(connection.socketID) }
    }

    func isMember(_ connection: SocketConnection, of room: String) -> Bool {
        state.withLock { $0.rooms.contains(connection.socketID, in: room) }
    }

    // MARK: Sessions

    /// The time since some moment.
    var now: Duration { clock() }

    /// Opens a session.
    ///
    /// - Parameter webSocket: the WebSocket that it begins over; nil for long polling.
    /// - Throws: 503 when there are too many, or when the service stops.
    func open(over webSocket: WebSocketSender?) throws(Problem) -> SocketConnection {
        let (id, socketID, now) = (Self.makeID(), Self.makeID(), now)
        let connection = SocketConnection(
            id: id, socketID: socketID,
            engine: EngineSession(id: id, isWebSocket: webSocket != nil, limits, at: now),
            socket: SocketSession(limits, at: now), webSocket: webSocket)
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.connections.count < limits.sessions else { return false }
            state.connections[id] = connection
            state.bySocket[socketID] = connection
            return true
        }
        guard isTaken else { throw .unavailable("There are too many clients now.") }
        return connection
    }

    /// The session of that name.
    func connection(_ id: String) -> SocketConnection? { state.withLock { $0.connections[id] } }

    /// Forgets a session if it has ended.
    func reap(_ connection: SocketConnection) {
        guard let end = connection.end else { return }
        let isGone = state.withLock { state in
            state.rooms.leaveAll(connection.socketID)
            state.bySocket[connection.socketID] = nil
            return state.connections.removeValue(forKey: connection.id) != nil
        }
        if isGone { logger.debug("a client of Socket.IO left", ["reason": .string(end.rawValue)]) }
    }

    /// Looks whether a time has passed for anybody.
    func tick() {
        let (now, wallNow) = (now, wallClock())
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.change { state in
                state.engine.tick(at: now)
                if state.socket.isLate(at: now) { state.engine.finish(.notConnected) }
                if let member = state.member, member.expiry <= wallNow { state.engine.finish(.expired) }
            }
            reap(connection)
        }
    }

    /// Ends all sessions, so that their clients come back to the next process.
    func stop() {
        let connections = state.withLock { state in
            state.isStopping = true
            return Array(state.connections.values)
        }
        for connection in connections {
            connection.finish(.stopping)
            reap(connection)
        }
    }

    /// A name that cannot be guessed.
    private static func makeID() -> String {
        String(decoding: Base64URL.encode(SecureRandom.bytes(18).span), as: UTF8.self)
    }
}
