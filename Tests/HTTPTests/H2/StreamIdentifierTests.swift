import Testing

@testable import HTTP

/// RFC 9113 section 5.1.1, at the end of the identifiers: a billion streams are too many to open here.
@Suite struct StreamIdentifierTests {
    @Test func `a client opens its last stream and no other`() {
        let client = H2Endpoint.client()
        client.connection.nextStream = 0x7FFF_FFFF
        #expect(client.request().id == 0x7FFF_FFFF)
        let next = client.connection.open()
        #expect(next == nil)
    }
}
