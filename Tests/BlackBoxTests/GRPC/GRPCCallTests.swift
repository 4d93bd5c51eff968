import Foundation
import Testing

/// Calls of grpcio's client to grpcio's server, with the gateway in between.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct GRPCCallTests {
    let fixture: GRPCFixture
    var gateway: GatewayProcess { fixture.gateway }

    init() throws {
        fixture = try GRPCFixture.shared()
    }

    @Test func `a unary call passes with metadata both ways`() throws {
        let call = try gateway.call(
            "/test.Echo/Unary", #"{"echo": "caf\u00e9", "initial": true}"#, "--metadata", "x-asked:yes", "--metadata",
            "tenant:none")
        #expect(call.code == 0)
        #expect(call.answers.first?["echo"].string == "café")
        #expect(call.answers.first?["left"].double == nil, "nobody has set a deadline")
        let metadata = call.answers.first?["metadata"]
        #expect(metadata?["x-asked"].string == "yes")
        #expect(metadata?["x-forwarded-for"].string == "127.0.0.1")
        #expect(call.json["initial"]["x-initial"].string == "at the start")
        #expect(call.json["initial"]["x-request-id"].string == metadata?["x-request-id"].string)
        #expect(call.json["trailing"]["x-trailing"].string == "at the end")
        #expect(call.json["trailing"]["x-trailing-bin"].string == "0001ff")
    }

    @Test(arguments: [3, 5, 9, 13, 14, 16])
    func `what the service says of a call's end passes`(code: Int) throws {
        for initial in [false, true] {
            let request = #"{"code": \#(code), "details": "100% \u2603", "initial": \#(initial)}"#
            let call = try gateway.call("/test.Echo/Unary", request)
            #expect(call.code == code)
            #expect(call.details == "100% ☃")
        }
    }

    @Test func `a client streams`() throws {
        let call = try gateway.call("/test.Echo/Collect", "{}", "--messages", "2000", "--size", "1000")
        #expect(call.code == 0)
        #expect(call.answers.first?["count"].int == 2000)
        #expect(call.answers.first?["size"].int == 2_000_000)
    }

    @Test func `a service streams, and its stream may end badly`() throws {
        let call = try gateway.call("/test.Echo/Count", #"{"count": 500, "size": 10000}"#)
        #expect(call.code == 0)
        #expect(call.answers.compactMap(\.int) == Array(0..<500))
        #expect(call.json["initial"]["x-initial"].string == "at the start")
        let broken = try gateway.call("/test.Echo/Count", #"{"count": 3, "code": 15}"#)
        #expect(broken.code == 15)
        #expect(broken.details == "in the middle")
        #expect(broken.answers.count == 3)
    }

    @Test func `both stream, each when the other has spoken`() throws {
        let call = try gateway.call("/test.Echo/Chat", "{}", "--messages", "50")
        #expect(call.code == 0)
        #expect(call.answers.compactMap(\.int) == Array(0..<50))
    }

    @Test func `large messages pass`() throws {
        let up = try gateway.call("/test.Echo/Collect", "{}", "--size", "3000000")
        #expect(up.answers.first?["size"].int == 3_000_000)
        let down = try gateway.call("/test.Echo/Count", #"{"count": 2, "size": 3000000}"#)
        #expect(down.code == 0 && down.answers.count == 2)
    }

    @Test func `many calls at once share few connections`() throws {
        let call = try gateway.call("/test.Echo/Unary", #"{"delay": 0.05}"#, "--calls", "150")
        #expect(call.json["codes"].array.compactMap(\.int) == [0])
        #expect(call.json["count"].int == 150)
        // The client has one connection, so that all calls are on one loop; a hundred streams fit on one more.
        #expect((1...4).contains(call.json["connections"].int ?? 0), "\(call)")
    }

    @Test func `a service that allows few streams gets more connections, and nothing that it would refuse`() throws {
        let service = try Upstream.grpc(options: ["--streams", "8"])
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "http://127.0.0.1:\(service.port)", "protocol": "h2c", "health": "none"}}
                    """, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none", "retries": 0}]"#))
        let call = try gateway.call("/test.Echo/Unary", #"{"delay": 0.2}"#, "--calls", "40")
        #expect(call.json["codes"].array.compactMap(\.int) == [0])
        #expect((5...10).contains(call.json["connections"].int ?? 0), "\(call)")
    }

    @Test func `a silent call goes on, on either side`() throws {
        let chat = try gateway.call("/test.Echo/Chat", "{}", "--messages", "3", "--interval", "0.7")
        #expect(chat.code == 0)
        #expect(chat.answers.count == 3)
        let count = try gateway.call(
            "/test.Echo/Count", #"{"count": 4, "interval": 0.3}"#, "--metadata", "tenant:brief")
        #expect(count.code == 0, "a stream that has begun outlasts the route's time")
        #expect(count.answers.count == 4)
    }

    @Test func `a call in which nobody says anything ends`() throws {
        let call = try gateway.call(
            "/test.Echo/Count", #"{"count": 2, "interval": 20}"#, "--metadata", "tenant:quiet")
        #expect(call.code == 4)
        #expect(call.answers.count == 1)
        #expect(call.seconds < 10)
    }

    @Test func `the service learns how much time is left, and the end of it`() throws {
        let call = try gateway.call("/test.Echo/Unary", "{}", "--timeout", "5")
        let left = try #require(call.answers.first?["left"].double)
        #expect((3...5).contains(left))
        let late = try gateway.call("/test.Echo/Unary", #"{"delay": 20}"#, "--timeout", "0.5")
        #expect(late.code == 4)
        #expect(late.seconds < 5)
    }

    @Test func `how a call ended is in the access log`() throws {
        let id = "call-\(UUID().uuidString)"
        _ = try gateway.call("/test.Echo/Unary", #"{"code": 9}"#, "--metadata", "x-request-id:\(id)")
        let line = try #require(gateway.accessLogLine(requestID: id))
        #expect(line["status"].int == 200)
        #expect(line["grpcStatus"].int == 9)
        #expect(line["path"].string == "/test.Echo/Unary")
    }
}
