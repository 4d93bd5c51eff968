import Foundation
import Testing

/// Bodies over HTTP/2, and what becomes of a stream whose body is not as it should be.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct HTTP2BodyTests {
    let fixture: Fixture
    let wire: HTTP2Wire

    init() throws {
        fixture = try Fixture.shared()
        wire = try HTTP2Wire(fixture.gateway)
    }

    @Test func `chunks reach the client as they come`() throws {
        let start = ContinuousClock.now
        let stream = try wire.open("GET", "/open/a?chunks=3&interval=400")
        _ = try wire.read(on: stream, through: "chunk 0\n")
        #expect(ContinuousClock.now - start < .milliseconds(1200), "the first chunk waited for the others")
        #expect(wire.streams[stream]?.isEnded == false)
        #expect(try wire.answer(on: stream).text == "chunk 1\nchunk 2\n")
    }

    @Test func `what a client sends reaches the upstream as it comes`() throws {
        // The upstream answers before it has the body: the answer is here while the client still sends.
        let stream = try wire.open("POST", "/open/a?early=1&bytes=10", isEnd: false)
        try wire.send("some", on: stream)
        #expect(try wire.head(on: stream).status == 200)
    }

    @Test func `an early refusal lets the client stop, and its neighbours go on`() throws {
        let stream = try wire.open("POST", "/open/a?early=1&status=403", [("content-length", "1000000")], isEnd: false)
        try wire.send("some", on: stream)
        #expect(try wire.head(on: stream).status == 403)
        // RFC 9113, section 8.1: NO_ERROR asks for the rest of the body not to be sent.
        let code = try wire.wait(for: "the reset of stream \(stream)") { wire.streams[stream]?.resetCode }
        #expect(code == 0)
        #expect(wire.streams[stream]?.isEnded == true)
        #expect(try wire.exchange("GET", "/open/a").status == 200)
    }

    @Test func `a body that stops coming is 408, and its neighbours go on`() throws {
        let stream = try wire.open("POST", "/open/a", [("content-length", "1000")], isEnd: false)
        try wire.send("some", on: stream)
        #expect(try wire.head(on: stream).status == 408)
        #expect(try wire.exchange("GET", "/open/a").status == 200)
    }

    @Test func `a body that grows too long is 413, and its neighbours go on`() throws {
        let stream = try wire.open("POST", "/small/a", isEnd: false)
        try wire.send(String(repeating: "b", count: 1025), on: stream)
        #expect(try wire.head(on: stream).status == 413)
        #expect(try wire.exchange("POST", "/small/a", body: "small").status == 200)
    }
}
