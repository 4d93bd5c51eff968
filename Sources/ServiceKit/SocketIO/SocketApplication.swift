/// What a service does with the clients of Socket.IO.
public protocol SocketApplication: Sendable {
    /// Finds out who wants to connect.
    ///
    /// - Parameter proof: what the client gave as `auth`; an empty object for nothing.
    /// - Throws: a `Problem` to refuse; the client's `connect_error` has its detail as message.
    func connect(_ proof: JSON) async throws -> SocketMember

    /// Hears of an event. Those of one client come one after the other.
    ///
    /// - Returns: what an acknowledgement says beside `"ok": true`, if the client asks for one.
    /// - Throws: a `Problem` to refuse; the client gets it in the acknowledgement or, when it does not ask for one, as an
    ///   event `error`.
    func receive(_ event: SocketEvent, from socket: Socket) async throws -> [JSON.Member]
}

/// Who is connected, and for how long.
public struct SocketMember: Hashable, Sendable {
    /// Who it is.
    public let caller: Caller
    /// Until when that is true, in seconds since 1970; the client is disconnected then.
    public let expiry: Int64

    /// - Parameters:
    ///   - caller: who it is.
    ///   - expiry: until when that is true, in seconds since 1970.
    public init(_ caller: Caller, until expiry: Int64) {
        self.caller = caller
        self.expiry = expiry
    }
}

/// An event that a client sends.
public struct SocketEvent: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What comes with it.
    public let arguments: [JSON]

    /// - Parameters:
    ///   - name: its name.
    ///   - arguments: what comes with it.
    public init(name: String, arguments: [JSON]) {
        self.name = name
        self.arguments = arguments
    }

    /// The fields of its one argument.
    ///
    /// - Throws: 400 when that is not one object.
    public func form() throws(Problem) -> Form {
        guard arguments.count == 1, case .object(let members)? = arguments.first else {
            throw .badRequest("malformed-event", "The event \(name) takes one object.")
        }
        return Form(members)
    }
}
