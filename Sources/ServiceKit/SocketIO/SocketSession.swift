import Policy

/// The Socket.IO side of one session, as a value: whether the client has said who it is, and what its packets ask for.
///
///     waiting --CONNECT--> connecting --accepted--> connected
///        ^--------------------/  (refused)             |
///        ^------------------DISCONNECT-----------------/
struct SocketSession: Sendable {
    private enum Phase: Hashable {
        case waiting(until: Duration)
        case connecting
        case connected
    }

    /// What is to be done about a packet.
    enum Action: Hashable {
        /// Nothing.
        case none
        /// To look who it is.
        case connect(JSON)
        /// To let the service know.
        case event(SocketEvent, id: UInt64?)
        /// To refuse: there are too many.
        case tooMany(SocketEvent, id: UInt64?)
        /// To answer with this.
        case reply(SocketPacket)
        /// To take it out of its rooms.
        case leave
        /// To end the session.
        case end(EngineEnd)
    }

    private let limits: SocketLimits
    private var phase: Phase
    private var events: TokenBucket

    init(_ limits: SocketLimits, at now: Duration) {
        self.limits = limits
        phase = .waiting(until: now + limits.connectTimeout)
        events = TokenBucket(limits.events)
    }

    /// Whether the client has said who it is, and was believed.
    var isConnected: Bool { phase == .connected }

    /// Takes a message of the client.
    mutating func receive(_ text: String, at now: Duration) -> Action {
        let packet: SocketPacket
        do throws(EngineError) {
            packet = try SocketPacket(text)
        } catch {
            return .end(EngineEnd(error))
        }
        guard packet.namespace == SocketPacket.mainNamespace else { return refuseNamespace(packet) }
        switch (packet.kind, phase) {
        case (.connect(let proof), .waiting):
            phase = .connecting
            return .connect(proof ?? .object([]))
        case (.event(let name, let arguments), .connected):
            let event = SocketEvent(name: name, arguments: arguments)
            guard events.take(now: now.nanoseconds).allowed else { return .tooMany(event, id: packet.id) }
            return .event(event, id: packet.id)
        case (.disconnect, .connected):
            phase = .waiting(until: now + limits.connectTimeout)
            return .leave
        // Nothing is ever asked of clients that they would answer.
        case (.ack, .connected): return .none
        case (.connect, _), (.connectError, _), (.event, _), (.disconnect, _), (.ack, _): return .end(.malformed)
        }
    }

    private func refuseNamespace(_ packet: SocketPacket) -> Action {
        guard case .connect = packet.kind else { return .end(.malformed) }
        return .reply(
            SocketPacket(.connectError(["message": "Invalid namespace"]), namespace: packet.namespace))
    }

    /// The client is who it says.
    mutating func accept() { phase = .connected }

    /// The client is not believed, or was sent away; it may try again.
    mutating func refuse(at now: Duration) { phase = .waiting(until: now + limits.connectTimeout) }

    /// Whether the client has taken too long to say who it is.
    func isLate(at now: Duration) -> Bool {
        if case .waiting(let until) = phase { now >= until } else { false }
    }
}

extension Duration {
    /// Whole nanoseconds, as the buckets count.
    fileprivate var nanoseconds: UInt64 {
        UInt64(clamping: components.seconds) &* 1_000_000_000
            &+ UInt64(clamping: components.attoseconds / 1_000_000_000)
    }
}
