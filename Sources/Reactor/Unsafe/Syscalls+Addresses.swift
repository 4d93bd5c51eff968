internal import CLinux
internal import Glibc

// MARK: - addresses

extension Syscalls {
    @unsafe static func withSocketAddress<Result>(
        _ address: SocketAddress,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        var storage = sockaddr_storage()
        let length: Int
        switch address {
        case .ipv4(let address, let port):
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            value.sin_addr.s_addr = address.ipv4Bits.bigEndian
            length = MemoryLayout<sockaddr_in>.size
            unsafe memcpy(&storage, &value, length)
        case .ipv6(let address, let port):
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            var halves = (address.high.bigEndian, address.low.bigEndian)
            unsafe memcpy(&value.sin6_addr, &halves, 16)
            length = MemoryLayout<sockaddr_in6>.size
            unsafe memcpy(&storage, &value, length)
        case .unix(let path):
            var value = sockaddr_un()
            value.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: value.sun_path) else {
                throw SystemError(call: "unix socket path", code: ENAMETOOLONG)
            }
            unsafe withUnsafeMutableBytes(of: &value.sun_path) { unsafe $0.copyBytes(from: bytes) }
            length = MemoryLayout<sa_family_t>.size + bytes.count + 1
            unsafe memcpy(&storage, &value, length)
        }
        return try unsafe withUnsafePointer(to: &storage) { pointer throws(SystemError) in
            let address = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return try unsafe body(address, socklen_t(length))
        }
    }

    static func socketAddress(of storage: sockaddr_storage) -> SocketAddress {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            var value = sockaddr_in()
            unsafe memcpy(&value, &storage, MemoryLayout<sockaddr_in>.size)
            return .ipv4(
                InternetAddress(ipv4: UInt32(bigEndian: value.sin_addr.s_addr)), port: UInt16(bigEndian: value.sin_port)
            )
        case AF_INET6:
            var value = sockaddr_in6()
            unsafe memcpy(&value, &storage, MemoryLayout<sockaddr_in6>.size)
            var halves: (UInt64, UInt64) = (0, 0)
            unsafe memcpy(&halves, &value.sin6_addr, 16)
            let address = InternetAddress(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
            let port = UInt16(bigEndian: value.sin6_port)
            return address.isIPv4 ? .ipv4(address, port: port) : .ipv6(address, port: port)
        default:
            var value = sockaddr_un()
            unsafe memcpy(&value, &storage, MemoryLayout<sockaddr_un>.size)
            let path = unsafe withUnsafeBytes(of: value.sun_path) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            return .unix(path: path)
        }
    }

    static func parseAddress(_ text: String) -> InternetAddress? {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 { return InternetAddress(ipv4: UInt32(bigEndian: four.s_addr)) }
        var halves: (UInt64, UInt64) = (0, 0)
        guard unsafe inet_pton(AF_INET6, text, &halves) == 1 else { return nil }
        return InternetAddress(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    static func format(_ address: InternetAddress) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            if address.isIPv4 {
                var bits = address.ipv4Bits.bigEndian
                _ = unsafe inet_ntop(AF_INET, &bits, text.baseAddress, socklen_t(text.count))
            } else {
                var halves = (address.high.bigEndian, address.low.bigEndian)
                _ = unsafe inet_ntop(AF_INET6, &halves, text.baseAddress, socklen_t(text.count))
            }
            return unsafe String(cString: text.baseAddress!)
        }
    }
}

// MARK: - names and socket files

extension Syscalls {
    static func lookUp(_ host: String, port: UInt16) -> ([SocketAddress], code: CInt) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return ([], code) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            var storage = sockaddr_storage()
            unsafe memcpy(&storage, entry.pointee.ai_addr, Int(entry.pointee.ai_addrlen))
            let address = socketAddress(of: storage)
            if !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return (addresses, 0)
    }

    static func resolverMessage(_ code: CInt) -> String { unsafe String(cString: unsafe gai_strerror(code)) }

    /// Makes the socket file that a later bind creates readable and writable for its owner alone.
    static func restrictSocketFile(_ descriptor: CInt) throws(SystemError) {
        _ = try retrying("fchmod") { fchmod(descriptor, 0o600) }
    }

    /// Removes a socket file that nobody listens on any more. A live one stays, so that bind reports it; anything that
    /// is not a socket stays too.
    static func removeStaleSocket(at path: String) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        let probe = try streamSocket(for: .unix(path: path))
        do {
            _ = try connect(probe.number, .unix(path: path))
        } catch {
            if error.code == ECONNREFUSED { _ = unsafe unlink(path) }
        }
    }
}
