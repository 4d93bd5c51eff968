import Glibc
import Reactor

/// A connection of a command that has nothing else to do: it waits for one thing at a time, and not forever.
struct BlockingSocket: ~Copyable {
    private let descriptor: CInt

    /// Connects.
    init(connectingTo address: SocketAddress, until deadline: Int64) throws(AdminError) {
        var storage = sockaddr_storage()
        let length = Self.fill(&storage, with: address)
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(CInt(storage.ss_family), CInt(kind), 0)
        guard descriptor >= 0 else { throw .unreachable(Self.message(errno)) }
        let result = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.connect(descriptor, address, length)
            }
        }
        if result == 0 { return }
        // EAGAIN is a Unix socket whose backlog is full.
        guard errno == EINPROGRESS || errno == EINTR else { throw .unreachable(Self.message(errno)) }
        try wait(for: Int16(POLLOUT), until: deadline)
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        if code != 0 { throw .unreachable(Self.message(code)) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends all of it.
    func send(_ bytes: [UInt8], until deadline: Int64) throws(AdminError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress! + offset, $0.count - offset, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                offset += count
            } else {
                try recover(errno, waitingFor: Int16(POLLOUT), until: deadline)
            }
        }
    }

    /// Appends what arrives next; false at the end.
    func receive(into bytes: inout [UInt8], until deadline: Int64) throws(AdminError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count >= 0 {
                bytes += chunk[..<count]
                return count > 0
            }
            try recover(errno, waitingFor: Int16(POLLIN), until: deadline)
        }
    }

    private func recover(_ code: CInt, waitingFor events: Int16, until deadline: Int64) throws(AdminError) {
        switch code {
        case EINTR: return
        case EAGAIN: try wait(for: events, until: deadline)
        default: throw .broken(Self.message(code))
        }
    }

    private func wait(for events: Int16, until deadline: Int64) throws(AdminError) {
        while true {
            let left = deadline - Syscalls.monotonicMilliseconds()
            guard left > 0 else { throw .timedOut }
            var watched = pollfd(fd: descriptor, events: events, revents: 0)
            let count = unsafe poll(&watched, 1, CInt(left))
            if count > 0 { return }
            if count == -1, errno != EINTR { throw .broken(Self.message(errno)) }
        }
    }

    private static func message(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }

    /// Writes an address in the form of the kernel and returns its length.
    private static func fill(_ storage: inout sockaddr_storage, with address: SocketAddress) -> socklen_t {
        unsafe withUnsafeMutableBytes(of: &storage) { memory in
            switch address {
            case .ipv4(let ip, let port):
                var value = sockaddr_in()
                value.sin_family = sa_family_t(AF_INET)
                value.sin_port = port.bigEndian
                value.sin_addr.s_addr = ip.ipv4Bits.bigEndian
                unsafe memory.storeBytes(of: value, as: sockaddr_in.self)
                return socklen_t(MemoryLayout<sockaddr_in>.size)
            case .ipv6(let ip, let port):
                var value = sockaddr_in6()
                value.sin6_family = sa_family_t(AF_INET6)
                value.sin6_port = port.bigEndian
                unsafe memory.storeBytes(of: value, as: sockaddr_in6.self)
                let start = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
                unsafe memory.storeBytes(of: ip.high.bigEndian, toByteOffset: start, as: UInt64.self)
                unsafe memory.storeBytes(of: ip.low.bigEndian, toByteOffset: start + 8, as: UInt64.self)
                return socklen_t(MemoryLayout<sockaddr_in6>.size)
            case .unix(let path):
                let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)!
                unsafe memory.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                // The loader has refused paths that do not fit; what is left over would only fail to connect.
                let bytes = Array(path.utf8.prefix(MemoryLayout<sockaddr_un>.size - start - 1))
                unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyBytes(from: bytes)
                return socklen_t(start + bytes.count + 1)
            }
        }
    }
}
