import Reactor
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("2001:db8::1", "[2001:db8::1]:80"),
        ("::ffff:10.0.0.1", "10.0.0.1:80"),
    ])
    func `numeric addresses are parsed and written back`(text: String, expected: String) {
        #expect(SocketAddress(ip: text, port: 80)?.description == expected)
    }

    @Test(arguments: ["", "localhost", "256.0.0.1", "1.2.3", "::g", "127.0.0.1:80"])
    func `what is no numeric address is refused`(text: String) {
        #expect(SocketAddress(ip: text, port: 80) == nil)
    }

    @Test func `loopback is recognised in both families`() {
        #expect(InternetAddress("127.8.9.1")!.isLoopback)
        #expect(InternetAddress("::1")!.isLoopback)
        #expect(!InternetAddress("10.0.0.1")!.isLoopback)
    }
}
