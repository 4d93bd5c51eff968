import HTTP
import Testing

@testable import ServiceKit

@Suite struct RoutingTests {
    private func routes() -> Routes {
        var routes = Routes()
        let patterns: [StaticString] = ["/things/{name}", "/things/{id:int}", "/things/new", "/a/{x}/b", "/"]
        for pattern in patterns {
            routes.get(pattern) { _ in ServiceResponse(status: 200) }
        }
        routes.put("/things/{id:int}") { _ in ServiceResponse(status: 200) }
        routes.delete("/only") { _ in ServiceResponse(status: 200) }
        return routes
    }

    @Test(
        arguments: [
            ("/things/new", [:], [:]), ("/things/7", ["id": 7], [:]), ("/things/07", [:], ["name": "07"]),
            ("/things/caf%C3%A9", [:], ["name": "café"]), ("/things/a%2Fb", [:], ["name": "a/b"]), ("/", [:], [:]),
            ("/things/99999999999999999999", [:], ["name": "99999999999999999999"]), ("/a/1/b", [:], ["x": "1"]),
        ] as [(String, [String: Int64], [String: String])])
    func `the most exact pattern wins`(path: String, integers: [String: Int64], texts: [String: String]) {
        guard case .found(_, let parameters) = routes().match(.get, path) else {
            Issue.record("no route for \(path)")
            return
        }
        #expect(parameters.integers == integers)
        #expect(parameters.texts == texts)
    }

    @Test(arguments: ["/thing", "/things", "/things/", "/things/1/2", "//", "*", "", "/things/%ff", "/a//b"])
    func `other paths have nothing`(path: String) {
        guard case .nothing = routes().match(.get, path) else {
            Issue.record("a route for \(path)")
            return
        }
    }

    @Test func `a wrong method learns the right ones`() {
        guard case .wrongMethod(let allowed) = routes().match(.delete, "/things/1") else {
            Issue.record("not refused")
            return
        }
        #expect(Set(allowed) == [.get, .put])
    }
}
