import Foundation
import Testing

/// httpx with HTTP/2: the client that Python programs use.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct HttpxTests {
    @Test func `httpx gets what it asks for over HTTP 2`() throws {
        let gateway = try Fixture.shared().gateway
        let client = try Command.run(
            Places.venvPython!,
            [
                Places.support.appending(path: "httpx_client.py").path, gateway.url, gateway.authority.path,
                Token.good(),
            ])
        guard client.status == 0 else { throw HarnessError("httpx: \(client.ending) \(client.errors)") }
        let seen = JSON(client.output)
        #expect(seen["concurrent"]["statuses"].array.map(\.int) == [200])
        #expect(seen["concurrent"]["versions"].array.map(\.string) == ["HTTP/2"])
        #expect(seen["concurrent"]["in order"].bool == true)
        #expect(seen["concurrent"]["connections"].int == 1)
        #expect(seen["download"].int == 3_000_000)
        #expect(seen["upload"]["length"].int == 3_000_000)
        #expect(seen["upload"]["is same"].bool == true)
        #expect(seen["form"].string == "name=Lamp&price=19.99")
        #expect(seen["abandoned"].int == 200)
        #expect(seen["impatient"]["gone"].int == 5)
        #expect(seen["impatient"]["then"].int == 200)
        let without = seen["refusals"]["without"]
        #expect(without[0].int == 401)
        #expect(without[1].string == "application/problem+json")
        #expect(without[2].int == 401)
        #expect(seen["refusals"]["with"].int == 200)
        #expect(seen["refusals"]["head"].description == JSON(#"[200, "5000", 0]"#).description)
        #expect(seen["old"].string == "HTTP/1.1")
    }
}
