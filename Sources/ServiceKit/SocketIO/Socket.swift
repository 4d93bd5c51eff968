/// A connected client of Socket.IO.
public struct Socket: Sendable {
    /// Its public name.
    public var id: String { connection.socketID }
    /// Who it is.
    public let caller: Caller
    let connection: SocketConnection
    let server: SocketServer

    /// Sends it an event.
    public func emit(_ event: String, _ arguments: JSON...) {
        connection.send(SocketPacket(.event(name: event, arguments: arguments)))
    }

    /// Lets it into a room.
    ///
    /// - Throws: 409 when it is in too many.
    public func join(_ room: String) throws(Problem) { try server.join(connection, room) }

    /// Lets it out of a room.
    public func leave(_ room: String) { server.leave(connection, room) }

    /// Whether it is in a room.
    public func isIn(_ room: String) -> Bool { server.isMember(connection, of: room) }
}
