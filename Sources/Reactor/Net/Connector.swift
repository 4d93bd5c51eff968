public import Bytes
internal import Glibc

/// Why a connection did not come about.
public enum ConnectError: Error, Equatable {
    /// The kernel or the peer refused; for example ECONNREFUSED or ENOENT for a Unix socket.
    case failed(SystemError)
    /// The deadline passed first.
    case timedOut
    /// The caller was told to stop waiting.
    case interrupted
}

/// Opens outgoing connections.
public enum Connector {
    /// Connects to `address` from `loop`.
    /// - Parameter onStart: receives the watcher while the connection comes about, so that a caller can interrupt it.
    /// - Returns: a watcher whose descriptor is connected.
    public static func connect(
        to address: SocketAddress, on loop: EventLoop, until deadline: Instant, onStart: (Watcher) -> Void = { _ in }
    ) async throws(ConnectError) -> Watcher {
        let watcher: Watcher
        do {
            let descriptor = try Syscalls.streamSocket(for: address)
            let number = descriptor.number
            if address.port != nil { try Syscalls.setOption(number, level: CInt(IPPROTO_TCP), TCP_NODELAY, 1) }
            let isConnected = try Syscalls.connect(number, address)
            watcher = try loop.watch(descriptor)
            if isConnected { return watcher }
        } catch {
            // A Unix socket whose queue is full says EAGAIN at once: nobody accepts there.
            throw .failed(error)
        }
        watcher.isWritable = false
        onStart(watcher)
        let wakeup = await watcher.waitWritable(until: deadline)
        switch wakeup {
        case .ready:
            let code = Syscalls.pendingError(watcher.descriptor)
            if code == 0 { return watcher }
            watcher.close()
            throw .failed(SystemError(call: "connect", code: code))
        case .timedOut:
            watcher.close()
            throw .timedOut
        case .interrupted:
            watcher.close()
            throw .interrupted
        }
    }
}
