import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

/// A room for everybody who gives a name.
private struct PartyHandler: ServiceHandler {
    static let name = "party"
    static let migrations = [Migration("unused", "CREATE TABLE unused (id INTEGER PRIMARY KEY) STRICT")]
    private let server: SocketServer

    init(_ context: HandlerContext) { server = SocketServer(context) }

    func seed() async throws {}

    func addRoutes(to routes: inout Routes) { routes.socketIO("/socket.io/", server, Party(server: server)) }
}

private struct Party: SocketApplication {
    let server: SocketServer

    func connect(_ proof: JSON) async throws -> SocketMember {
        guard case .string(let name)? = proof["name"] else { throw Problem.unauthenticated }
        return SocketMember(Caller(subject: name), until: .max)
    }

    func receive(_ event: SocketEvent, from socket: Socket) async throws -> [JSON.Member] {
        switch event.name {
        case "join": try socket.join("hall")
        case "say": server.emit("said", .string(socket.caller.subject), event.arguments[0], to: "hall", except: socket)
        default: throw Problem.badRequest("unknown-event", "What is \(event.name)?")
        }
        return [.init("event", .string(event.name))]
    }
}

@Suite struct SocketServerTests {
    private let service: RunningService

    init() async throws { service = try await RunningService(PartyHandler.init) }

    /// A client that polls.
    private struct Poller {
        let port: UInt16
        let sid: String
        private static let base = "/socket.io/?EIO=4&transport=polling"

        init(_ service: RunningService) throws {
            port = service.port
            let answer = service.send("GET \(Self.base) HTTP/1.1")
            let body = answer.components(separatedBy: "\r\n\r\n").last ?? ""
            let json = try JSONSerialization.jsonObject(with: Data(body.utf8.dropFirst())) as? [String: Any]
            sid = try #require(json?["sid"] as? String)
        }

        var target: String { "\(Self.base)&sid=\(sid)" }

        private func body(_ answer: String) -> String {
            let status = answer.split(separator: " ").dropFirst().first ?? ""
            return status == "200" ? answer.components(separatedBy: "\r\n\r\n").last ?? "" : String(status)
        }

        func poll() -> String {
            body(
                RawClient.exchange(port: port, "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        }

        @discardableResult
        func post(_ payload: String) -> String {
            let head = "POST \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            return body(
                RawClient.exchange(
                    port: port, head + "Content-Length: \(payload.utf8.count)\r\n\r\n" + payload))
        }
    }

    private func webSocket(_ more: String = "") -> WebSocketClient {
        WebSocketClient(port: service.port, "/socket.io/?EIO=4&transport=websocket" + more)
    }

    @Test func `two clients talk, one over polling and one over a WebSocket`() throws {
        let poller = try Poller(service)
        #expect(poller.post(#"40{"name":"ann"}"#) == "ok")
        #expect(poller.poll().hasPrefix(#"40{"sid":""#))
        #expect(poller.post("421[\"join\"]\u{1e}42[\"join\"]") == "ok")
        #expect(poller.poll() == #"431[{"ok":true,"event":"join"}]"#)

        let client = webSocket()
        #expect(client.receive()?.text.hasPrefix("0{\"sid\":") == true)
        client.send(#"40{"name":"ben"}"#)
        #expect(client.receive()?.text.hasPrefix("40{\"sid\":") == true)
        client.send(#"420["join"]"#)
        #expect(client.receive()?.text == #"430[{"ok":true,"event":"join"}]"#)
        client.send(#"42["say","hello"]"#)
        #expect(poller.poll() == #"42["said","ben","hello"]"#)
        poller.post(#"42["say","hi"]"#)
        #expect(client.receive()?.text == #"42["said","ann","hi"]"#)
    }

    @Test func `a session changes from polling to a WebSocket without losing anything`() throws {
        let poller = try Poller(service)
        poller.post("40{\"name\":\"ann\"}")
        _ = poller.poll()
        let waiting = Later { poller.poll() }
        let client = webSocket("&sid=\(poller.sid)")
        client.send("2probe")
        #expect(client.receive()?.text == "3probe")
        #expect(waiting.value == "6")
        poller.post(#"421["join"]"#)
        client.send("5")
        #expect(client.receive()?.text == #"431[{"ok":true,"event":"join"}]"#)
        #expect(poller.poll() == "400" && poller.post("2") == "400")
        client.send(#"42["what"]"#)
        let text = client.receive()?.text ?? ""
        #expect(text.hasPrefix(#"42["error",{"event":"what","error":{"status":400,"code":"unknown-event""#))
        #expect(webSocket("&sid=\(poller.sid)").status == "400")
    }

    @Test func `who is refused is told why, and may say it again`() throws {
        let poller = try Poller(service)
        poller.post("40\u{1e}40/admin,")
        let text = poller.poll()
        #expect(
            text.hasPrefix(#"44{"message":"A bearer token is needed.","data":{"status":401,"code":"unauthenticated""#))
        #expect(text.hasSuffix("\u{1e}44/admin,{\"message\":\"Invalid namespace\"}"))
        poller.post("40{\"name\":\"ann\"}")
        #expect(poller.poll().hasPrefix("40{"))
    }

    @Test func `two polls at once end the session`() throws {
        let poller = try Poller(service)
        let waiting = Later { poller.poll() }
        // Whichever comes second is refused.
        let other = Later { poller.poll() }
        #expect(Set([waiting.value, other.value]) == ["1", "400"])
        #expect(poller.poll() == "400")
    }

    @Test(
        arguments: [
            ("GET", ""), ("GET", "?EIO=4"), ("GET", "?EIO=3&transport=polling"), ("GET", "?EIO=4&transport=carrier"),
            ("GET", "?EIO=4&transport=websocket"), ("GET", "?EIO=4&transport=polling&sid=nobody"),
            ("POST", "?EIO=4&transport=polling"), ("POST", "?EIO=4&transport=polling&sid=nobody"),
            ("POST", "?EIO=4&transport=websocket"),
        ])
    func `what is no request of Engine-IO 4 is refused`(method: String, query: String) {
        let answer = service.send("\(method) /socket.io/\(query) HTTP/1.1", "Content-Length: 0")
        #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
    }

    @Test(arguments: [
        "42[\"join\"]", "4x", "x", "bAQID", "451-[\"a\",{\"_placeholder\":true,\"num\":0}]", "5", "2probe",
    ])
    func `a payload that is not taken ends the session`(payload: String) throws {
        let poller = try Poller(service)
        #expect(poller.post(payload) == "400")
        #expect(poller.poll() == "400")
    }

    @Test(arguments: [(Opcode.binary, "a", 1003), (.text, "42[\"join\"]", 1002), (.text, "451-[\"a\"]", 1003)])
    func `a message that is not taken closes the WebSocket`(opcode: Opcode, payload: String, code: UInt16) {
        let client = webSocket()
        _ = client.receive()
        client.send(opcode, Array(payload.utf8))
        #expect(client.receive()?.event == .close(.init(rawValue: code)))
    }

    @Test func `a client that closes is gone, and its session with it`() throws {
        let poller = try Poller(service)
        #expect(poller.post("1") == "ok")
        #expect(poller.poll() == "400")
    }

    @Test func `a payload is no larger than the handshake says`() throws {
        let poller = try Poller(service)
        #expect(poller.post("4" + String(repeating: "x", count: 1_000_000)) == "413")
    }

    @Test func `a service that stops sends polls away, so that clients come back`() async throws {
        let poller = try Poller(service)
        let client = webSocket()
        _ = client.receive()
        let waiting = Later { poller.poll() }
        // Only when the poll waits is there something to end; a poll that comes too late is refused as well.
        let cut = service.stop()
        #expect(client.receive()?.event == .close(.goingAway))
        client.close(.goingAway)
        #expect(["400", ""].contains(waiting.value))
        #expect(await cut.value == 0)
    }
}
