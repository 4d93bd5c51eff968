internal import Bytes
internal import Glibc

/// A listening socket on one loop, and the task that accepts from it.
public final class Listener {
    /// Where the socket really listens: with the port that the kernel chose if 0 was asked for.
    public let address: SocketAddress
    private let watcher: Watcher
    private var isClosing = false
    /// Called when descriptors or memory have run out, at most once a second, with the reason.
    private let onExhaustion: (SystemError) -> Void
    private var lastReport: Instant?

    /// Pause after the process has run out of descriptors; connections wait in the kernel's queue meanwhile.
    static let backoff: Nanoseconds = 50_000_000

    /// Opens a listening socket.
    /// - Parameters:
    ///   - isShared: lets the sockets of several loops listen on the same port, and the kernel spread connections over
    ///     them (SO_REUSEPORT).
    ///   - isFirst: of the sockets that share a port. It may not join those of another process: they would take turns
    ///     with ours, which nobody would understand.
    ///   - backlog: how many established connections may wait to be accepted.
    /// - Throws: for example when the port is in use.
    public static func open(
        _ address: SocketAddress, isShared: Bool, isFirst: Bool = true, backlog: Int32 = 4096
    ) throws(SystemError) -> Descriptor {
        let descriptor = try Syscalls.streamSocket(for: address)
        switch address {
        case .unix(let path):
            try Syscalls.restrictSocketFile(descriptor.number)
            try Syscalls.removeStaleSocket(at: path)
        case .ipv4, .ipv6:
            try Syscalls.setOption(descriptor.number, level: SOL_SOCKET, SO_REUSEADDR, 1)
            if isShared, !isFirst { try Syscalls.setOption(descriptor.number, level: SOL_SOCKET, SO_REUSEPORT, 1) }
        }
        if case .ipv6 = address {
            // One socket for both families when it listens on every interface.
            try Syscalls.setOption(descriptor.number, level: CInt(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        }
        try Syscalls.bind(descriptor.number, address)
        // Bound alone, open to others of ours from here on.
        if isShared, isFirst, address.port != nil {
            try Syscalls.setOption(descriptor.number, level: SOL_SOCKET, SO_REUSEPORT, 1)
        }
        try Syscalls.listen(descriptor.number, backlog: backlog)
        return descriptor
    }

    /// Where a listening socket really listens.
    public static func address(of descriptor: borrowing Descriptor) throws(SystemError) -> SocketAddress {
        try Syscalls.localAddress(descriptor.number)
    }

    /// Takes over a listening socket. Belongs to `loop`'s thread.
    public init(
        _ descriptor: consuming Descriptor, on loop: EventLoop, onExhaustion: @escaping (SystemError) -> Void
    ) throws(SystemError) {
        address = try Syscalls.localAddress(descriptor.number)
        watcher = try loop.watch(descriptor)
        watcher.isReadable = true
        self.onExhaustion = onExhaustion
    }

    /// Accepts until `close()`. Each connection is handed to `accept` with its peer's address.
    public func run(_ accept: (consuming Descriptor, SocketAddress) -> Void) async {
        var accepted = 0
        while true {
            do {
                if let (descriptor, peer) = try Syscalls.accept(watcher.descriptor) {
                    if peer.port != nil {
                        try? Syscalls.setOption(descriptor, level: CInt(IPPROTO_TCP), TCP_NODELAY, 1)
                    }
                    accept(Descriptor(owning: descriptor), peer)
                    accepted += 1
                    // Connections that are there already get a turn before more are taken.
                    if accepted % 64 == 0 { await Task.yield() }
                } else {
                    // Told to stop: whoever was already connected has been taken.
                    if isClosing { break }
                    watcher.isReadable = false
                    _ = await watcher.waitReadable(until: .never)
                }
            } catch {
                if isClosing { break }
                await recover(from: error)
            }
        }
        watcher.close()
    }

    /// Stops accepting. Connections that wait in the kernel's queue are still taken.
    public func close() {
        isClosing = true
        watcher.interrupt()
    }

    private func recover(from error: SystemError) async {
        // Else the connection went away between the kernel's queue and us (ECONNABORTED and network errors).
        guard error.isExhaustion else { return }
        let now = watcher.loop.now
        if lastReport.map({ now - $0 >= 1_000_000_000 }) ?? true {
            lastReport = now
            onExhaustion(error)
        }
        await watcher.loop.sleep(for: Self.backoff)
    }
}
