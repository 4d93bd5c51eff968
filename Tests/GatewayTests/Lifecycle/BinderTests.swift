import Foundation
import Reactor
import Testing

@testable import Gateway

@Suite struct BinderTests {
    private func addresses(_ address: ListenAddress, count: Int) throws -> [SocketAddress] {
        var sockets = try Binder.bind(address, field: "listen.internal", count: count)
        var addresses: [SocketAddress] = []
        while let number = sockets.take() {
            let descriptor = Descriptor(owning: number)
            addresses.append(try Listener.address(of: descriptor))
        }
        return addresses
    }

    @Test func `every loop gets a socket, on the same port or of the same file`() throws {
        let ports = try addresses(.tcp(host: "127.0.0.1", port: 0), count: 3)
        #expect(ports.count == 3 && Set(ports).count == 1)
        let path = NSTemporaryDirectory() + "binder-\(UUID().uuidString.prefix(8)).sock"
        defer { unlink(path) }
        #expect(try addresses(.unix(path: path), count: 3) == Array(repeating: .unix(path: path), count: 3))
    }

    @Test func `an address that somebody has is said by name`() throws {
        let path = NSTemporaryDirectory() + "binder-\(UUID().uuidString.prefix(8)).sock"
        defer { unlink(path) }
        let first = try Binder.bind(.unix(path: path), field: "listen.internal", count: 1)
        let failure = #expect(throws: Binder.Failure.self) {
            _ = try Binder.bind(.unix(path: path), field: "listen.internal", count: 1)
        }
        #expect(
            failure?.description.contains("listen.internal unix:\(path) cannot be bound: the address is in use") == true
        )
        _ = consume first
    }
}
