internal import Bytes
internal import CLinux
internal import Glibc

/// Signals as something to wait for: they are blocked in every thread and read from a descriptor, so no code ever runs in a
/// signal handler.
public final class SignalSource {
    /// The signals that a service reacts to.
    public enum Signal: CInt, CaseIterable, Sendable {
        /// Reload.
        case hangup = 1
        /// Stop, from a terminal.
        case interrupt = 2
        /// Reopen logs.
        case user1 = 10
        /// Upgrade.
        case user2 = 12
        /// Stop.
        case terminate = 15
    }

    private let watcher: Watcher

    /// Blocks the signals for the calling thread and all that it starts, and ignores SIGPIPE. Call it before the first
    /// thread is started.
    public static func block() {
        var set = Syscalls.signalSet(Signal.allCases.map(\.rawValue))
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// Reads the signals on `loop`.
    public init(loop: EventLoop) throws(SystemError) {
        watcher = try loop.watch(Syscalls.signalDescriptor(Signal.allCases.map(\.rawValue)))
    }

    /// The next signal; nil once closed.
    public func next() async -> Signal? {
        while !watcher.isClosed {
            if watcher.isReadable {
                if let number = Syscalls.readSignal(watcher.descriptor) {
                    if let signal = Signal(rawValue: number) { return signal }
                    continue
                }
                watcher.isReadable = false
            }
            if await watcher.waitReadable(until: .never) == .interrupted { return nil }
        }
        return nil
    }

    /// Stops reading.
    public func close() {
        watcher.close()
    }
}
