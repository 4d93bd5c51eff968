import Foundation
import Testing

/// Which route a request takes, and what becomes of its path.
@Suite struct RoutingTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test(
        arguments: [
            ("/items/new", "localhost", "literal"),
            ("/items/42", "localhost", "typed"),
            ("/items/lamp", "localhost", "parameter"),
            ("/items/lamp/parts", "localhost", "tail"),
            ("/items/lamp", "shop.test", "host"),
            ("/items/lamp", "SHOP.test:8443", "host"),
            ("/option", "localhost", "option"),
            ("/option/1", "localhost", "option"),
        ])
    func `the most specific route wins`(path: String, host: String, route: String) throws {
        let id = "routing-\(UUID().uuidString)"
        let answer = try gateway.curl(path, "--header", "Host: \(host)", "--header", "X-Request-Id: \(id)")
        #expect(answer.status == 200)
        #expect(gateway.accessLogLine(requestID: id)?["route"].string == route)
    }

    @Test(arguments: ["/", "/nowhere", "/Open/a", "/option/1/2"])
    func `what no route matches is 404`(path: String) throws {
        let answer = try gateway.curl(path)
        #expect(answer.status == 404)
        #expect(answer.reason != nil)
    }

    @Test func `another method is 405, and Allow says which would do`() throws {
        let answer = try gateway.curl("/write-only", "--request", "POST")
        #expect(answer.status == 405)
        let allowed = Set((answer["Allow"] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        #expect(allowed.isSuperset(of: ["PUT", "DELETE"]))
        #expect(!allowed.contains("POST"))
    }

    @Test func `a route for GET answers HEAD too`() throws {
        #expect(try gateway.curl("/read-only", "--head").status == 200)
        let refused = try gateway.curl("/read-only", "--request", "DELETE")
        #expect(refused.status == 405)
        #expect(refused["Allow"]?.contains("GET") == true)
    }

    @Test func `a prefix is stripped and the query kept as it is`() throws {
        let answer = try gateway.curl("/api/v1/things/7?a=%20b&&c=%2F")
        #expect(answer.json["line"].string == "GET /things/7?a=%20b&&c=%2F HTTP/1.1")
    }

    @Test(
        arguments: [
            ("/open/../open/a", "/open/a"), ("/open/./a", "/open/a"), ("/open/%61", "/open/a"),
            ("/open//a", "/open/a"), ("/open/b/%2e%2E/a", "/open/a"), ("/open/%c3%bc", "/open/%C3%BC"),
            ("/encoded/a%2fb", "/encoded/a%2Fb"),
        ])
    func `the path is normalised once, and forwarded as it was matched`(path: String, forwarded: String) throws {
        let answer = try gateway.curl(path)
        #expect(answer.json["line"].string == "GET \(forwarded) HTTP/1.1")
    }

    @Test(arguments: ["/open/../private/a", "/open/%2e%2e/private/a", "//private/a", "/open/..%2fprivate/a"])
    func `no spelling of a path leads around its route's rules`(path: String) throws {
        #expect([400, 401].contains(try gateway.curl(path).status))
    }

    @Test(arguments: ["/open/a%2Fb", "/open/a%5cb"])
    func `an encoded separator is refused where the route does not allow it`(path: String) throws {
        let answer = try gateway.curl(path)
        #expect(answer.status == 400)
        #expect(answer.reason != nil)
    }

    @Test func `dot segments do not climb past the root`() throws {
        #expect([400, 404].contains(try gateway.curl("/../../etc/passwd").status))
    }

    @Test func `plain HTTP answers 308 to HTTPS, with path and query`() throws {
        let wire = try Wire(port: gateway.ports.http)
        let answer = try wire.exchange(
            "POST /open/a?b=c HTTP/1.1\r\nHost: localhost:\(gateway.ports.http)\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == 308)
        #expect(answer["Location"] == "https://localhost:\(gateway.ports.https)/open/a?b=c")
    }

    @Test func `plain HTTP does not redirect to where a bad Host says`() throws {
        let wire = try Wire(port: gateway.ports.http)
        #expect(try wire.exchange("GET / HTTP/1.1\r\nHost: evil@x/\r\n\r\n").status == 400)
    }
}
