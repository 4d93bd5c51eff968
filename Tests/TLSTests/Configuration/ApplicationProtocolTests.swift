import Testing

@testable import TLS

@Suite struct ApplicationProtocolTests {
    @Test func `the list goes over the wire with lengths`() {
        #expect(
            [ApplicationProtocol.http2, .http11].protocolNameList == [2] + Array("h2".utf8) + [8] + "http/1.1".utf8)
        #expect([ApplicationProtocol]().protocolNameList.isEmpty)
    }

    @Test(arguments: [
        ("\u{2}h2\u{8}http/1.1", Range?.some(4..<12)), ("\u{2}h2", nil), ("", nil), ("\u{8}http/1.", nil),
        ("\u{9}http/1.1", nil), ("\u{0}\u{8}http/1.1", 2..<10), ("\u{8}HTTP/1.1", nil),
    ])
    func `the first protocol of ours that is offered is found`(offered: String, expected: Range<Int>?) {
        #expect([ApplicationProtocol.http11].firstOffered(in: Array(offered.utf8).span) == expected)
    }
}
