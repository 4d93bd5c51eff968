import Bytes
import Gateway
import HTTP

/// Finding the route of a request: its time depends on the path and not on the number of routes.
func measureRouting(_ bench: inout Bench) throws {
    let counts = [10, 1000, 10_000]
    for count in counts {
        let table = try RouteTable(routes: count)
        var head = RequestHead()
        head.aim(at: path(count - 1))
        bench.measure("route match, \(count) routes") { use(table.match(head)) }
        // The same with another route each time, so that what is looked at is not in the processor's first cache.
        let paths = (0..<count).map(path)
        var next = 0
        bench.measure("route match, \(count) routes in turn") {
            next = next &+ 7919
            head.aim(at: paths[next % count])
            use(table.match(head))
        }
    }
    bench.compare("route match, 10000 routes", with: "route match, 10 routes", atMost: 2)

    let table = try RouteTable(routes: 10_000)
    for depth in [1, 4, 16] {
        var head = RequestHead()
        head.aim(at: Array(("/deep" + String(repeating: "/segment", count: depth)).utf8))
        bench.measure("route match, \(depth) segments below a tail") { use(table.match(head)) }
    }
}

private func path(_ route: Int) -> [UInt8] {
    let digits = "\(route)"
    return Array("/api/v1/thing\(String(repeating: "0", count: 5 - digits.count))\(digits)/42".utf8)
}

extension RouteTable {
    /// A table of so many routes, and one more with a tail.
    fileprivate init(routes count: Int) throws {
        var patterns = [RoutePattern(path: try PathPattern("/deep/**"))]
        for route in 0..<count {
            let literal = String(decoding: path(route).dropLast(2), as: UTF8.self)
            patterns.append(RoutePattern(methods: MethodSet(.get), path: try PathPattern(literal + "{id:int}")))
        }
        var conflicts: [RouteConflict] = []
        self.init(patterns, conflicts: &conflicts)
        precondition(conflicts.isEmpty, "routes that tie")
    }
}

extension RequestHead {
    fileprivate mutating func aim(at path: [UInt8]) {
        reset()
        setMethod(.get)
        setPath(path.span)
    }
}
