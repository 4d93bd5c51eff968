import Foundation

/// The few socket calls that the harness needs.
enum Sockets {
    /// A port that the kernel says is free.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        let bound = withAddress(&address) { bind(descriptor, $0, $1) }
        guard bound == 0 else { throw HarnessError("cannot bind: \(errno)") }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A connection to a port of this machine.
    static func connect(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
        var address = loopback(port: port)
        guard withAddress(&address, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw HarnessError("cannot connect to port \(port): \(String(cString: strerror(code)))")
        }
        return descriptor
    }

    /// A pair of connected sockets: the harness's end, and the end for a child.
    static func pair() throws -> (own: Int32, child: Int32) {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0, &ends) == 0 else {
            throw HarnessError("no socket pair: \(errno)")
        }
        return (ends[0], ends[1])
    }

    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func withAddress(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
