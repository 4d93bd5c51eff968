import Glibc
import TLS

/// Two connected non-blocking stream sockets.
struct SocketPair: ~Copyable {
    let near: CInt
    let far: CInt

    init(bufferSize: CInt? = nil) {
        var ends: [CInt] = [0, 0]
        precondition(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        (near, far) = (ends[0], ends[1])
        if var size = bufferSize {
            for end in ends {
                setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
            }
        }
    }

    deinit {
        close(near)
        close(far)
    }

    /// Sends plain bytes from the far end.
    func sendFromFar(_ bytes: [UInt8]) {
        precondition(send(far, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)
    }

    /// What the far end received so far.
    func receivedAtFar() -> [UInt8] { Self.received(at: far) }

    /// What the near end received so far.
    func receivedAtNear() -> [UInt8] { Self.received(at: near) }

    private static func received(at end: CInt) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(end, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// The far end sends no more.
    func endFar() { shutdown(far, CInt(SHUT_WR)) }
}

extension TLSSession {
    /// Sets the flags as an event loop would.
    mutating func poll(_ descriptor: CInt) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT | 0x2000), revents: 0)
        precondition(Glibc.poll(&entry, 1, 0) >= 0)
        if entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { isReadable = true }
        if entry.revents & Int16(POLLOUT | POLLHUP | POLLERR) != 0 { isWritable = true }
        if entry.revents & Int16(0x2000 | POLLHUP) != 0 { isHangUpSeen = true }
    }
}
