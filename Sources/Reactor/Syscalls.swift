internal import Bytes
internal import CLinux
internal import Glibc

/// One function per system call: the result is compared with -1, `errno` is taken at once, EINTR is retried, and EBADF
/// and EFAULT trap, because they mean that we lost track of a descriptor or of memory.
enum Syscalls {
    /// Runs `call` until it is not interrupted. Throws what it left in `errno`.
    @inline(__always)
    static func retrying<Result: FixedWidthInteger & SignedInteger>(
        _ name: StaticString, _ call: () -> Result
    ) throws(SystemError) -> Result {
        while true {
            let result = call()
            if result != -1 { return result }
            let code = errno
            if code == EINTR { continue }
            precondition(code != EBADF && code != EFAULT, "a system call used a descriptor or memory that is not ours")
            throw SystemError(call: name, code: code)
        }
    }

    static func close(_ descriptor: CInt) {
        // Linux frees the descriptor even when close is interrupted, so it is never tried again.
        _ = Glibc.close(descriptor)
    }

    static func duplicate(_ descriptor: CInt) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("fcntl") { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) })
    }

    static func message(of code: CInt) -> String { unsafe String(cString: strerror(code)) }

    static func monotonicNow() -> Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    static func unixNow() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    static func closeOnExec(_ descriptor: CInt, _ isOn: Bool) {
        _ = fcntl(descriptor, F_SETFD, isOn ? FD_CLOEXEC : 0)
    }
}

// MARK: - epoll, eventfd

extension Syscalls {
    static func epollCreate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("epoll_create1") { linux_epoll_create() })
    }

    static func epollAdd(_ epoll: CInt, _ descriptor: CInt, events: UInt32, data: UInt64) throws(SystemError) {
        var event = unsafe linux_epoll_event(events, data)
        _ = try retrying("epoll_ctl") { unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) }
    }

    static func epollRemove(_ epoll: CInt, _ descriptor: CInt) {
        var event = unsafe linux_epoll_event(0, 0)
        _ = unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    static func eventDescriptor() throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("eventfd") { linux_eventfd() })
    }

    static func signalEvent(_ descriptor: CInt) {
        var one: UInt64 = 1
        _ = unsafe Glibc.write(descriptor, &one, 8)
    }

    static func drainEvent(_ descriptor: CInt) {
        var value: UInt64 = 0
        _ = unsafe Glibc.read(descriptor, &value, 8)
    }
}

// MARK: - sockets

extension Syscalls {
    static func streamSocket(for address: SocketAddress) throws(SystemError) -> Descriptor {
        let family =
            switch address {
            case .ipv4: AF_INET
            case .ipv6: AF_INET6
            case .unix: AF_UNIX
            }
        return Descriptor(owning: try retrying("socket") { linux_stream_socket(family) })
    }

    static func setOption(_ descriptor: CInt, level: CInt, _ option: CInt, _ value: CInt) throws(SystemError) {
        var value = value
        _ = try retrying("setsockopt") {
            unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
        }
    }

    static func pendingError(_ descriptor: CInt) -> CInt {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == -1 ? errno : code
    }

    static func bind(_ descriptor: CInt, _ address: SocketAddress) throws(SystemError) {
        try unsafe withSocketAddress(address) { pointer, length throws(SystemError) in
            _ = try retrying("bind") { unsafe Glibc.bind(descriptor, pointer, length) }
        }
    }

    static func listen(_ descriptor: CInt, backlog: CInt) throws(SystemError) {
        _ = try retrying("listen") { Glibc.listen(descriptor, backlog) }
    }

    /// Starts to connect; false when the kernel goes on in the background.
    static func connect(_ descriptor: CInt, _ address: SocketAddress) throws(SystemError) -> Bool {
        do {
            try unsafe withSocketAddress(address) { pointer, length throws(SystemError) in
                _ = try retrying("connect") { unsafe Glibc.connect(descriptor, pointer, length) }
            }
            return true
        } catch {
            if error.code == EINPROGRESS { return false }
            throw error
        }
    }

    /// The next waiting connection and its peer's address, or nil when none waits.
    static func accept(_ descriptor: CInt) throws(SystemError) -> (CInt, SocketAddress)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        do {
            let accepted = try retrying("accept4") {
                unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                        unsafe linux_accept(descriptor, address, &length)
                    }
                }
            }
            return (accepted, socketAddress(of: storage))
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    static func localAddress(_ descriptor: CInt) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = try retrying("getsockname") {
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe getsockname(descriptor, address, &length)
                }
            }
        }
        return socketAddress(of: storage)
    }

    /// Receives into the free space of `buffer`: the number of bytes, 0 at the end, nil when there is nothing yet.
    static func receive(
        _ descriptor: CInt, into buffer: inout ByteBuffer, atLeast room: Int
    ) throws(SystemError) -> (count: Int, room: Int)? {
        var asked = 0
        do {
            let count = try unsafe buffer.fill(atLeast: room) { memory throws(SystemError) in
                asked = memory.count
                return try retrying("recv") { unsafe recv(descriptor, memory.baseAddress, memory.count, 0) }
            }
            return (count, asked)
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    /// Reads from any descriptor: the number of bytes, 0 at the end, nil when there is nothing yet.
    static func read(
        _ descriptor: CInt, into buffer: inout ByteBuffer, atLeast room: Int
    ) throws(SystemError) -> Int? {
        do {
            return try unsafe buffer.fill(atLeast: room) { memory throws(SystemError) in
                try retrying("read") { unsafe Glibc.read(descriptor, memory.baseAddress, memory.count) }
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    /// Sends what the kernel takes of `bytes`, or nil when it takes nothing now.
    static func send(_ descriptor: CInt, _ bytes: Span<UInt8>) throws(SystemError) -> Int? {
        do {
            return try unsafe bytes.withUnsafeBufferPointer { memory throws(SystemError) in
                try retrying("send") {
                    unsafe linux_send(descriptor, memory.baseAddress, memory.count)
                }
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    static func shutdownWriting(_ descriptor: CInt) {
        _ = shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Makes the next close send a reset, so that nothing lingers in TIME_WAIT and the peer learns of the cut.
    static func resetOnClose(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

// MARK: - the process

extension Syscalls {
    /// The number of processors in this thread's affinity mask, which containers and taskset narrow.
    static func availableProcessors() -> Int { max(1, Int(linux_available_processors())) }
}

// MARK: - files and limits

extension Syscalls {
    static func watchDirectory(_ path: String) throws(SystemError) -> Descriptor {
        let descriptor = Descriptor(owning: try retrying("inotify_init1") { linux_inotify() })
        let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB)
        _ = try retrying("inotify_add_watch") { unsafe inotify_add_watch(descriptor.number, path, events) }
        return descriptor
    }

    static func raiseDescriptorLimit() -> Int { Int(linux_raise_descriptor_limit()) }
}

// MARK: - standard streams

extension Syscalls {
    static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    static func writeAll(_ descriptor: CInt, _ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let rest = Array(bytes[written...])
            guard let count = try? retrying("write", { unsafe Glibc.write(descriptor, rest, rest.count) }), count > 0
            else { return }
            written += count
        }
    }
}
