import Bytes
import Foundation
import Telemetry
import Testing

@Suite struct AccessLogTests {
    private let folder = TemporaryFolder()
    private let clock = WallClock(unixMilliseconds: 784_111_777_120)

    private func makeWriter() throws -> LogWriter { try LogWriter(.file(folder.path + "/access")) }

    @Test func `a line names every field as specified, in order`() throws {
        let writer = try makeWriter()
        let log = AccessLog(writer: writer)
        let (id, ip, method, host) = ("r-1", "127.0.0.1", "GET", "shop.test")
        let (path, route, service, endpoint) = ("/orders/1", "orders", "orders", "127.0.0.1:9001")
        let (subject, agent) = ("ann", "curl/8 \"x\"")
        var record = AccessRecord(
            requestID: id.utf8.span, clientIP: ip.utf8.span, method: method.utf8.span, host: host.utf8.span,
            path: path.utf8.span, route: route.utf8.span, service: service.utf8.span, endpoint: endpoint.utf8.span,
            subject: subject.utf8.span, userAgent: agent.utf8.span)
        record.trace = TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".utf8.span)
        record.status = 502
        record.grpcStatus = 14
        record.upstreamStatus = 200
        record.reason = "upstream_reset"
        record.attempts = 2
        record.bytesIn = 10
        record.bytesOut = 20
        record.duration = 12_345_678
        record.upstreamDuration = 12_000_000
        record.overhead = 345_678
        record.tls = "TLSv1.3"
        log.append(record, at: clock)
        log.flush()
        #expect(writer.flush())
        #expect(
            folder.text(of: "access") == #"""
                {"ts":"1994-11-06T08:49:37.120Z","requestId":"r-1","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","clientIp":"127.0.0.1","method":"GET","host":"shop.test","path":"/orders/1","route":"orders","service":"orders","endpoint":"127.0.0.1:9001","status":502,"grpcStatus":14,"upstreamStatus":200,"reason":"upstream_reset","attempts":2,"bytesIn":10,"bytesOut":20,"durationMs":12.345,"upstreamMs":12.000,"overheadMs":0.345,"sub":"ann","tls":"TLSv1.3","userAgent":"curl/8 \"x\""}

                """#)
    }

    @Test func `what is unknown is left out`() throws {
        let writer = try makeWriter()
        let log = AccessLog(writer: writer)
        let (id, ip, method) = ("r", "::1", "GET")
        log.append(
            AccessRecord(requestID: id.utf8.span, clientIP: ip.utf8.span, method: method.utf8.span), at: clock)
        log.flush()
        #expect(writer.flush())
        #expect(
            folder.text(of: "access") == #"""
                {"ts":"1994-11-06T08:49:37.120Z","requestId":"r","clientIp":"::1","method":"GET","status":0,"attempts":0,"bytesIn":0,"bytesOut":0,"durationMs":0.000}

                """#)
    }

    @Test func `a hostile client can neither break the line nor fill the log`() throws {
        let writer = try makeWriter()
        let log = AccessLog(writer: writer)
        let (id, ip, method) = ("r", "::1", "GET")
        let path: [UInt8] = Array("/a\"}\n{\"status\":200".utf8) + [0xFF, 0x1B, 0x80]
        let agent = [UInt8](repeating: 0, count: 100_000)
        log.append(
            AccessRecord(
                requestID: id.utf8.span, clientIP: ip.utf8.span, method: method.utf8.span, path: path.span,
                userAgent: agent.span), at: clock)
        log.flush()
        #expect(writer.flush())
        let text = folder.text(of: "access")
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.utf8.count < 60_000)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["path"] as? String == "/a\"}\n{\"status\":200\\xff\u{1B}\\x80")
        #expect(object["status"] as? Int == 0)
    }

    @Test func `full batches go by themselves and the rest when the log goes away`() throws {
        let writer = try makeWriter()
        let (id, ip, method) = ("r", "::1", "GET")
        do {
            let log = AccessLog(writer: writer)
            for _ in 0..<1000 {
                log.append(
                    AccessRecord(requestID: id.utf8.span, clientIP: ip.utf8.span, method: method.utf8.span), at: clock)
            }
            #expect(writer.flush())
            #expect(folder.text(of: "access").utf8.count >= 32 << 10)
            #expect(!log.isEmpty)
        }
        #expect(writer.flush())
        #expect(folder.text(of: "access").split(separator: "\n").count == 1000)
        #expect(writer.droppedLines == 0)
    }
}
