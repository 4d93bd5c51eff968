import SQLite
import Telemetry

/// The address at which a service speaks Socket.IO: what its requests and WebSockets ask of the sessions.
struct SocketEndpoint: Sendable {
    let server: SocketServer
    let application: any SocketApplication

    /// Does what packets say, one after the other.
    func receive(_ packets: [EnginePacket], from connection: SocketConnection) async {
        for packet in packets {
            let now = server.now
            let action = connection.change { state -> SocketSession.Action in
                guard let text = state.engine.receive(packet, at: now) else { return .none }
                return state.socket.receive(text, at: now)
            }
            await perform(action, for: connection)
        }
        server.reap(connection)
    }

    private func perform(_ action: SocketSession.Action, for connection: SocketConnection) async {
        switch action {
        case .none: break
        case .reply(let packet): connection.send(packet)
        case .end(let end): connection.finish(end)
        case .leave:
            server.leaveAll(connection)
            connection.change { $0.member = nil }
        case .connect(let proof): await connect(connection, proof)
        case .event(let event, let id): await dispatch(event, id, from: connection)
        case .tooMany(let event, let id):
            refuse(event, id, .tooManyRequests("Too many events.", retryAfter: 1), connection)
        }
    }

    private func connect(_ connection: SocketConnection, _ proof: JSON) async {
        do {
            let member = try await application.connect(proof)
            connection.change { state in
                state.member = member
                state.socket.accept()
            }
            connection.send(SocketPacket(.connect(["sid": .string(connection.socketID)])))
        } catch {
            let problem = problem(for: error, event: "connect")
            let now = server.now
            connection.change { $0.socket.refuse(at: now) }
            connection.send(
                SocketPacket(.connectError(["message": .string(problem.detail), "data": problem.socketJSON])))
        }
    }

    private func dispatch(_ event: SocketEvent, _ id: UInt64?, from connection: SocketConnection) async {
        guard let member = connection.member else { return }
        let socket = Socket(caller: member.caller, connection: connection, server: server)
        do {
            let answer = try await application.receive(event, from: socket)
            guard let id else { return }
            connection.send(SocketPacket(.ack([.object([.init("ok", true)] + answer)]), id: id))
        } catch {
            refuse(event, id, problem(for: error, event: event.name), connection)
        }
    }

    /// Refuses an event: in its acknowledgement, or with an event of its own.
    private func refuse(_ event: SocketEvent, _ id: UInt64?, _ problem: Problem, _ connection: SocketConnection) {
        let json = problem.socketJSON
        if let id {
            connection.send(SocketPacket(.ack([["ok": false, "error": json]]), id: id))
        } else {
            connection.send(
                SocketPacket(.event(name: "error", arguments: [["event": .string(event.name), "error": json]])))
        }
    }

    private func problem(for error: any Error, event: String) -> Problem {
        let problem = Problem(answering: error)
        if problem.status >= 500 {
            server.logger.error("an event failed", ["event": .string(event), "error": "\(error)"])
        }
        return problem
    }
}

extension Problem {
    /// What a client of Socket.IO is told of it.
    fileprivate var socketJSON: JSON {
        var members: [JSON.Member] = [
            .init("status", .integer(status)), .init("code", .string(code)), .init("detail", .string(detail)),
        ]
        if !errors.isEmpty {
            let list = errors.map { ["field": .string($0.field), "detail": .string($0.detail)] as JSON }
            members.append(.init("errors", .array(list)))
        }
        return .object(members)
    }
}
