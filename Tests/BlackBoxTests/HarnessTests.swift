import Foundation
import Testing

/// The harness is only worth something when it notices what it should.
@Suite struct HarnessTests {
    @Test func `the upstream tells what it received, and counts`() throws {
        let upstream = try Upstream()
        let wire = try Wire(port: upstream.port)
        let answer = try wire.exchange(
            "POST /a?key=k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer.json["line"].string == "POST /a?key=k HTTP/1.1")
        #expect(answer.json["framing"].string == "chunked")
        #expect(answer.json["body"].string == "abc")
        #expect(answer.json["trailers"][0][0].string == "T")
        #expect(try upstream.requests(key: "k") == 1)
    }

    @Test func `the upstream follows its script`() throws {
        let upstream = try Upstream()
        let wire = try Wire(port: upstream.port)
        let chunked = try wire.exchange("GET /?chunks=2&trailer=sum:7 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(chunked.text == "chunk 0\nchunk 1\n")
        #expect(chunked.trailers.first?.value == "7")
        #expect(try wire.exchange("GET /?fail=1&key=a&how=502 HTTP/1.1\r\nHost: h\r\n\r\n").status == 502)
        #expect(try wire.exchange("GET /?fail=1&key=a&how=502 HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
        #expect(try wire.exchange("GET /?bytes=70000 HTTP/1.1\r\nHost: h\r\n\r\n").body.count == 70000)
        wire.send("GET /?cut=before HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(wire.closes())
    }

    @Test func `a command's status and output are caught`() throws {
        let command = try Command.run("/bin/sh", ["-c", "cat; echo no >&2; exit 3"], input: Data("yes".utf8))
        #expect(command.status == 3)
        #expect(command.text == "yes")
        #expect(command.errors == "no\n")
    }

    @Test func `a signature is that of RFC 4231, test case 2`() throws {
        let mac = try Token.hmac("what do ya want for nothing?", secret: "Jefe")
        #expect(
            mac.map { String(format: "%02x", $0) }.joined()
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `a wire with TLS carries bytes both ways and notices the end`() throws {
        let folder = try TemporaryFolder()
        try Certificates.make("localhost", in: folder)
        let port = try Sockets.freePort()
        let server = try ChildProcess(
            Places.openssl,
            ["s_server", "-accept", "\(port)", "-cert", "localhost.pem", "-key", "localhost.key", "-www", "-quiet"],
            folder: folder.path)
        let answer = eventually {
            let wire = try? Wire(tlsPort: port, authority: folder.file("localhost.pem"))
            return try? wire?.exchange("GET / HTTP/1.0\r\n\r\n")
        }
        #expect(answer?.status == 200)
        #expect(answer?.text.contains("TLS") == true)
        server.end()
    }

    @Test func `a wire with TLS refuses a certificate that nobody vouches for`() throws {
        let folder = try TemporaryFolder()
        for name in ["localhost", "other"] { try Certificates.make(name, in: folder) }
        let port = try Sockets.freePort()
        let server = try ChildProcess(
            Places.openssl,
            ["s_server", "-accept", "\(port)", "-cert", "localhost.pem", "-key", "localhost.key", "-www", "-quiet"],
            folder: folder.path)
        #expect(becomesTrue { (try? Sockets.connect(port: port)).map { close($0) } != nil })
        let wire = try Wire(tlsPort: port, authority: folder.file("other.pem"))
        wire.send("GET / HTTP/1.0\r\n\r\n")
        #expect(wire.closes())
        server.end()
    }
}
