import Policy
import Reactor
import Testing

@testable import Gateway

@Suite struct LiteralTests {
    @Test(
        arguments: [
            ("250ms", 250_000_000), ("15s", 15_000_000_000), ("1.5s", 1_500_000_000), ("5m", 300_000_000_000),
            ("1h", 3_600_000_000_000), ("1d", 86_400_000_000_000),
        ] as [(String, UInt64)])
    func `Durations have units`(text: String, nanoseconds: UInt64) throws {
        let configuration = try ConfigurationFixture.load(ConfigurationFixture.file(route: "\"timeout\": \"\(text)\""))
        #expect(configuration.routes[0].timeouts.total == nanoseconds)
    }

    @Test(arguments: [
        ("15", "a duration needs a unit, 15 has none; write it like \"15s\""),
        ("\"15\"", "the duration \"15\" has no unit; units are ms, s, m, h, d"),
        ("\"15sec\"", "the duration \"15sec\" has the unknown unit \"sec\"; units are ms, s, m, h, d"),
        ("\"-1s\"", "\"-1s\" is not a duration; write it like \"15s\""),
        ("\"0s\"", "\"0s\" is out of range: must be from 1ms to 400d"),
        ("\"500d\"", "\"500d\" is out of range: must be from 1ms to 400d"),
        ("\"999999999d\"", "\"999999999d\" is out of range"),
        ("\"99999999999999999999d\"", "\"99999999999999999999d\" is not a duration; write it like \"15s\""),
        ("true", "expected a string, found a boolean"),
    ])
    func `Other durations are refused`(value: String, message: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(route: "\"timeout\": \(value)"))
        #expect(problems.count == 1)
        #expect(problems.first?.contains("error: \(message) [routes[0].timeout]") == true, "\(problems)")
    }

    @Test(arguments: [
        ("10MiB", 10_485_760), ("64KiB", 65_536), ("1GB", 1_000_000_000), ("1.5KiB", 1536), ("0B", 0),
    ])
    func `Sizes have units`(text: String, bytes: Int) throws {
        let configuration = try ConfigurationFixture.load(
            ConfigurationFixture.file(route: "\"bodyLimit\": \"\(text)\""))
        #expect(configuration.routes[0].bodyLimit == bytes)
    }

    @Test(arguments: ["10", "\"10\"", "\"10mb\"", "\"MiB\"", "\"10 MiB\"", "\"0.3B\"", "\"99999999GiB\"", "\"\""])
    func `Other sizes are refused`(value: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(route: "\"bodyLimit\": \(value)"))
        #expect(problems.count == 1)
        #expect(problems.first?.contains("error:") == true)
    }

    @Test(
        arguments: [
            ("20/s per ip burst 40", 20, 1_000_000_000, 40, .ip), ("5/m per token", 5, 60_000_000_000, 5, .token),
            ("7/h per route", 7, 3_600_000_000_000, 7, .route),
            ("1/d per header:X-Key", 1, 86_400_000_000_000, 1, .header("x-key")),
            ("100000000/s per ip burst 100000000", 100_000_000, 1_000_000_000, 100_000_000, .ip),
        ] as [(String, UInt64, UInt64, UInt64, RateLimitKey)])
    func `Rates say how often, whose and how many at once`(
        text: String, tokens: UInt64, interval: UInt64, burst: UInt64, key: RateLimitKey
    ) throws {
        let file = ConfigurationFixture.file(
            route: "\"rateLimit\": \"\(text)\", \"auth\": \"optional\"", root: ConfigurationFixture.jwt)
        let rule = try ConfigurationFixture.load(file).routes[0].rateLimits[0]
        #expect(rule.policy == RateLimitPolicy(tokens: tokens, per: interval, burst: burst))
        #expect(rule.key == key)
        #expect(rule.text == text)
    }

    @Test(arguments: [
        "20", "\"20\"", "\"20/s\"", "\"20/s per\"", "\"20/x per ip\"", "\"0/s per ip\"", "\"20/s per user\"",
        "\"20/s per ip burst\"", "\"20/s per ip burst 0\"", "\"20/s per ip burst x\"", "\"20/s per header:\"",
        "\"-1/s per ip\"", "\"1/d per ip burst 99999999999999\"", "[\"20/s per ip\", 3]", "{}",
    ])
    func `Other rates are refused`(value: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(route: "\"rateLimit\": \(value)"))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("error:") == true)
    }

    @Test func `Several policies hold together and none is none`() throws {
        let two = ConfigurationFixture.file(route: "\"rateLimit\": [\"1/s per ip\", \"9/m per route\"]")
        #expect(try ConfigurationFixture.load(two).routes[0].rateLimits.map(\.key) == [.ip, .route])
        let none = ConfigurationFixture.file(
            route: "\"rateLimit\": \"none\"", root: "\"defaults\": {\"rateLimit\": \"1/s per ip\"}, ")
        let configuration = try ConfigurationFixture.load(none)
        #expect(configuration.routes[0].rateLimits.isEmpty)
        #expect(configuration.routes[1].rateLimits.count == 1)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true),
        ("192.168.1.128/25", "192.168.1.127", false), ("fe80::/65", "fe80::1", true),
    ])
    func `Ranges contain their addresses`(range: String, address: String, isInside: Bool) throws {
        #expect(AddressRange(range)?.contains(InternetAddress(address)!) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "x", "10.0.0.0/-1", "10.0.0.0/8/8", "1.2.3.4/+8",
    ])
    func `What is no range is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
