import Foundation
import Testing

/// curl over both versions of HTTP, which it chooses by ALPN: RFC 7301; RFC 9113, section 3.2.
@Suite struct CurlTests {
    let gateway: GatewayProcess

    init() throws {
        gateway = try Fixture.shared().gateway
    }

    @Test(
        arguments: [
            (["--http2"], "HTTP/2"), (["--http1.1"], "HTTP/1.1"), (["--http2", "--tls-max", "1.2"], "HTTP/2"),
            (["--http1.1", "--tls-max", "1.2"], "HTTP/1.1"), (["--http2", "--tlsv1.3"], "HTTP/2"),
            (["--http2", "--no-alpn"], "HTTP/1.1"), (["--http1.0", "--no-alpn"], "HTTP/1.1"),
        ])
    func `the version is the one that the client asks for`(options: [String], version: String) throws {
        let answer = try gateway.curl("/open/a", options: options)
        #expect(answer.status == 200)
        #expect(answer.version == version)
    }

    @Test func `both are offered, HTTP 2 first`() throws {
        for (offer, choice) in [("h2,http/1.1", "h2"), ("http/1.1,h2", "h2"), ("http/1.1", "http/1.1"), ("h2", "h2")] {
            let command = try Command.run(
                Places.openssl, ["s_client", "-connect", "127.0.0.1:\(gateway.ports.https)", "-alpn", offer])
            #expect(command.text.contains("ALPN protocol: \(choice)"), "\(offer)")
        }
    }

    @Test func `a hundred transfers at once share a connection`() throws {
        let folder = try TemporaryFolder()
        let command = try Command.run(
            Places.curl,
            [
                "--silent", "--show-error", "--http2", "--noproxy", "*", "--cacert", gateway.authority.path,
                "--parallel",
                "--parallel-max", "100", "--output", folder.file("#1").path, "--write-out",
                "%{http_code} %{http_version} %{num_connects}\n", "\(gateway.url)/open/[1-100]?delay=50",
            ])
        #expect(command.status == 0, "\(command.errors)")
        let lines = command.text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.count == 100)
        #expect(lines.allSatisfy { $0[0] == "200" && $0[1] == "2" })
        // A client that starts them all at once may open more before it knows that one will do.
        #expect(lines.map { Int($0[2]) ?? 100 }.reduce(0, +) < 10)
        let wrong = (1...100).filter {
            JSON(folder.text(of: "\($0)"))["line"].string?.contains("/open/\($0)?") != true
        }
        #expect(wrong.isEmpty)
    }

    @Test func `an upload arrives as it was sent`() throws {
        let data = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let digest = try Command.run(Places.openssl, ["dgst", "-sha256", "-r"], input: data).text.prefix(64)
        for framing in ["Content-Length: \(data.count)", "Content-Length:"] {
            let answer = try gateway.curl(
                "/open/a", "--http2", "--request", "PUT", "--header", framing, "--data-binary", "@-", input: data)
            #expect(answer.status == 200)
            #expect(answer.json["length"].int == data.count)
            #expect(answer.json["digest"].string == String(digest), "\(framing)")
        }
    }

    @Test func `an upload that waits for 100 Continue arrives`() throws {
        let answer = try gateway.curl(
            "/open/a", "--http2", "--header", "Expect: 100-continue", "--expect100-timeout", "20", "--data", "hello",
            "--max-time", "10")
        #expect(answer.status == 200)
        #expect(answer.json["body"].string == "hello")
    }

    @Test func `trailers come after the body`() throws {
        let folder = try TemporaryFolder()
        let answer = try gateway.curl(
            "/open/a?chunks=2&trailer=x-sum:2", "--http2", "--header", "TE: trailers", "--trace-ascii",
            folder.file("trace").path)
        #expect(answer.text == "chunk 0\nchunk 1\n")
        let trace = folder.text(of: "trace")
        let data = try #require(trace.range(of: "chunk 1"))
        #expect(trace[data.upperBound...].contains("x-sum: 2"))
    }

    @Test func `a second request takes the connection of the first`() throws {
        let command = try Command.run(
            Places.curl,
            [
                "--silent", "--http2", "--noproxy", "*", "--cacert", gateway.authority.path, "--output", "/dev/null",
                "--output", "/dev/null", "--write-out", "%{num_connects} ", gateway.url + "/open/a",
                gateway.url + "/open/b",
            ])
        #expect(command.text == "1 0 ")
    }
}
