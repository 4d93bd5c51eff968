import Bytes
import HTTP
import Testing

/// Owns a head as a connection does.
final class HeadOwner {
    var head = RequestHead()
    var response = ResponseHead()
}

/// Fills a head across a suspension, as the server's reading of requests does.
func fill(_ head: inout RequestHead) async throws(H1Error) {
    try head.setMethod("PURGE".bytes.span)
    await Task.yield()
    head.setPath("/a".bytes.span)
}

@Suite struct RequestHeadTests {
    @Test func `a head can be owned by a class and filled by an async function`() async throws {
        let owner = HeadOwner()
        try await fill(&owner.head)
        owner.head.setQuery("x=1".bytes.span)
        owner.head.setAuthority("shop.test:8443".bytes.span)
        #expect(owner.head.method == .other)
        #expect(owner.head.methodToken.text == "PURGE")
        #expect(owner.head.path.text == "/a")
        #expect(owner.head.query?.text == "x=1")
        #expect(owner.head.authority.text == "shop.test:8443")
        owner.head.reset()
        #expect(owner.head.path.text == "")
        let hasQuery = owner.head.query != nil
        #expect(!hasQuery)
    }

    @Test func `a response head keeps its reason until it is reset`() {
        var head = ResponseHead()
        head.setReason("Fine".bytes.span)
        #expect(head.reason.text == "Fine")
        head.reset()
        #expect(head.reason.text == "")
    }
}
