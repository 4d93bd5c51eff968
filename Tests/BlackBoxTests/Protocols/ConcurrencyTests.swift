import Foundation
import Testing

/// Very many streams at once, by h2load.
@Suite(.serialized, .enabled(if: Places.h2load != nil, "h2load was out of reach: install nghttp2-client"))
struct ConcurrencyTests {
    static let fixture = Result<(GatewayProcess, Upstream), any Error> {
        let site = try Upstream.site()
        // Ten thousand connections at once take a while: no patience may end, and no breaker have an opinion on that.
        var setup = Setup.forwarding(
            to: site, settings: #", "breaker": {"minRequests": 1000000, "connectFailures": 1000000}"#,
            routes: """
                [{"name": "all", "match": "/**", "to": "up", "auth": "none", "retries": 0,
                    "timeout": {"total": "2m", "connect": "1m"}}]
                """)
        // Nor may a limit: none is a matter of this test.
        setup.defaults = "{}"
        return (try GatewayProcess(setup), site)
    }

    let gateway: GatewayProcess
    let site: Upstream

    init() throws {
        (gateway, site) = try Self.fixture.get()
    }

    /// What the gateway's access log says of answers that are none of the site's.
    private var refusals: [String: Int] {
        gateway.accessLog.compactMap { $0["reason"].string }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Whether processes may have so many descriptors: the gateway and the site need one for every request in flight.
    static func descriptors(_ count: Int) -> Bool {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_max >= count
    }

    /// None of them is answered before all of them are there.
    @Test(.enabled(if: descriptors(12_000), "ulimit -n is too low"))
    func `ten thousand streams on a hundred connections are in flight at once, and none fails`() throws {
        let result = try gateway.h2load(
            "/together?n=10000",
            options: ["--requests", "10000", "--clients", "100", "--max-concurrent-streams", "100"])
        #expect(result.good == 10_000, "\(result) \(refusals)")
        #expect(result.failed == 0 && result.errored == 0, "\(result)")
        #expect(try site.present("most") == 10_000)
        #expect(try gateway.metric("gateway_requests_in_flight") == 0)
    }

    @Test(arguments: [["--h1"], ["--max-concurrent-streams", "1"], ["--max-concurrent-streams", "100"]])
    func `fifty clients get all of their answers`(options: [String]) throws {
        let result = try gateway.h2load(
            "/item?n=1", options: options + ["--requests", "5000", "--clients", "50"])
        #expect(result.good == 5000, "\(result)")
    }
}
