import Foundation
import Testing

/// One JSON line per request.
@Suite struct AccessLogTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    private func line(_ target: String, token: String? = nil, _ options: String...) throws -> JSON {
        let id = "log-\(UUID().uuidString)"
        let field = options.first ?? "X: y"
        _ = try gateway.curl(target, token: token, "--header", "X-Request-Id: \(id)", "--header", field)
        return try #require(gateway.accessLogLine(requestID: id))
    }

    @Test func `a forwarded request's line has every field`() throws {
        let line = try line(
            "/private/a?secret=1", token: Token.good(subject: "alice"), "User-Agent: a \"quoted\" agent")
        let fields = [
            "ts", "requestId", "traceId", "clientIp", "method", "host", "path", "route", "service", "endpoint",
            "status",
            "upstreamStatus", "attempts", "bytesIn", "bytesOut", "durationMs", "upstreamMs", "overheadMs", "sub", "tls",
            "userAgent",
        ]
        for field in fields { #expect(line[field].exists, "\(field)") }
        #expect(line["path"].string == "/private/a")
        #expect(line["clientIp"].string == "127.0.0.1")
        #expect(line["method"].string == "GET")
        #expect(line["route"].string == "private")
        #expect(line["service"].string == "up")
        #expect(line["status"].int == 200)
        #expect(line["upstreamStatus"].int == 200)
        #expect(line["attempts"].int == 1)
        #expect(line["sub"].string == "alice")
        #expect(line["userAgent"].string == "a \"quoted\" agent")
        let (all, upstream, overhead) = (
            line["durationMs"].double ?? 0, line["upstreamMs"].double ?? 0, line["overheadMs"].double ?? 0
        )
        #expect(all > 0 && upstream > 0 && overhead >= 0 && all >= upstream)
    }

    @Test func `what a client sends cannot forge a line`() throws {
        let line = try line("/open/a", "User-Agent: x\",\"status\":777,\"y\":\"")
        #expect(line["status"].int == 200)
        #expect(line["userAgent"].string == "x\",\"status\":777,\"y\":\"")
    }

    @Test func `a line that is not UTF-8 is still JSON`() throws {
        let id = "log-\(UUID().uuidString)"
        let wire = try gateway.wire()
        var request = Data("GET /open/a HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: \(id)\r\nUser-Agent: ".utf8)
        request += [0xff, 0xfe, 0xc3]
        request += Data("\r\n\r\n".utf8)
        wire.send(request)
        #expect(try wire.readAnswer().status == 200)
        #expect(gateway.accessLogLine(requestID: id)?["status"].int == 200)
    }

    @Test func `a request that was refused while it was read is logged too`() throws {
        let wire = try gateway.wire()
        let answer = try wire.exchange("GET /open/a HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n")
        #expect(answer.status == 400)
        let reason = try #require(answer.reason)
        #expect(becomesTrue { gateway.accessLog.contains { $0["status"].int == 400 && $0["reason"].string == reason } })
    }

    @Test func `a file is written to, and reopened on SIGUSR1`() throws {
        var setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"name": "a", "match": "/a", "to": "up", "auth": "none"}]"#)
        setup.extra["log"] = #"{"level": "info", "access": "access.log"}"#
        let gateway = try GatewayProcess(setup)
        let folder = gateway.folder
        _ = try gateway.curl("/a", "--header", "X-Request-Id: before")
        #expect(becomesTrue { folder.text(of: "access.log").contains("before") })
        rename(folder.file("access.log").path, folder.file("access.log.1").path)
        gateway.process.signal(SIGUSR1)
        #expect(becomesTrue { FileManager.default.fileExists(atPath: folder.file("access.log").path) })
        _ = try gateway.curl("/a", "--header", "X-Request-Id: after")
        #expect(becomesTrue { folder.text(of: "access.log").contains("after") })
        #expect(!folder.text(of: "access.log.1").contains("after"))
    }
}
