import Foundation
import Testing

/// The windows of streams and connections: RFC 9113, section 5.2. Nobody waits for somebody else, and nothing piles up.
@Suite(.serialized, .enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct BackPressureTests {
    static let gateway = Result<GatewayProcess, any Error> {
        let routes = """
            [
                {"name": "open", "match": "/open/**", "to": "up", "auth": "none", "timeout": "2m"},
                {"name": "large", "match": "/large/**", "to": "up", "auth": "none", "bodyLimit": "1GiB", "timeout": "2m"},
                {"name": "private", "match": "/private/**", "to": "up"}
            ]
            """
        return try GatewayProcess(.forwarding(to: Fixture.shared().upstream, routes: routes))
    }

    let gateway: GatewayProcess
    let wire: HTTP2Wire

    init() throws {
        gateway = try Self.gateway.get()
        wire = try HTTP2Wire(gateway)
    }

    @Test func `bodies that nobody reads give their room back`() throws {
        // More than the connection's window in all, each refused before its body was looked at.
        let body = String(repeating: "x", count: 60_000)
        for _ in 0..<40 {
            let stream = try wire.open("POST", "/private/a", isEnd: false)
            try wire.send(body, on: stream, isEnd: true)
            #expect(try wire.head(on: stream).status == 401)
        }
        let answer = try wire.exchange("POST", "/open/a", body: String(repeating: "y", count: 300_000))
        #expect(answer.json["length"].int == 300_000)
    }

    @Test func `bodies of streams that were reset give their room back`() throws {
        let body = String(repeating: "x", count: 60_000)
        for _ in 0..<40 {
            let stream = try wire.open("POST", "/open/a", isEnd: false)
            try wire.send(body, on: stream)
            try wire.reset(stream)
        }
        let answer = try wire.exchange("POST", "/open/a", body: String(repeating: "y", count: 300_000))
        #expect(answer.json["length"].int == 300_000)
    }

    @Test func `a slow reader neither slows its neighbours nor fills memory`() throws {
        let size = 24 << 20
        let before = gateway.residentKiB
        let slow = try wire.open("GET", "/large/a?bytes=\(size)")
        try wire.hold(slow)
        #expect(try wire.head(on: slow).status == 200)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let streams = try (0..<20).map { _ in try wire.open("GET", "/open/a?bytes=100000") }
            for stream in streams { #expect(try wire.answer(on: stream).body.count == 100_000) }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
        #expect(gateway.residentKiB - before < 8 << 10)
        let read = try #require(wire.streams[slow]?.body.count)
        #expect(read <= 65535, "more came than the window holds")
        try wire.release(slow)
        #expect(try wire.answer(on: slow, seconds: 60).body.count == size)
    }

    @Test func `an upstream that does not read holds up one stream and not its neighbours`() throws {
        let slow = try wire.open("POST", "/large/a?early=1&delay=3000", isEnd: false)
        try wire.send(String(repeating: "x", count: 8 << 20), on: slow)
        for _ in 0..<5 {
            let answer = try wire.exchange("POST", "/open/a", body: String(repeating: "y", count: 200_000))
            #expect(answer.json["length"].int == 200_000)
        }
        #expect(wire.streams[slow]?.head == nil, "the neighbours were to be asked while the upstream did not read")
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `64 MiB pass in each direction in constant memory`(version: String) throws {
        let folder = try TemporaryFolder()
        // A file of holes: it takes no room.
        let file = try folder.write("", to: "large")
        #expect(truncate(file.path, 64 << 20) == 0)
        // The first transfer makes what is made once.
        _ = try gateway.curl("/large/a?bytes=\(4 << 20)", version)
        let before = gateway.residentKiB
        let transfers = Background { [gateway] in
            let down = try gateway.curl("/large/a?bytes=\(64 << 20)", version, "--max-time", "110")
            let up = try gateway.curl("/large/a", version, "--max-time", "110", "--upload-file", file.path)
            return (down.body.count, up.json["length"].int)
        }
        var most = 0
        _ = eventually(within: 220) {
            most = max(most, gateway.residentKiB)
            return transfers.isDone ? true : nil
        }
        let (down, up) = try transfers.value()
        #expect(down == 64 << 20)
        #expect(up == 64 << 20)
        #expect(most - before < 6 << 10)
    }
}
