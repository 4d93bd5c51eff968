import Bytes
import Synchronization

/// What a `LogWriter` and its thread share.
final class LogQueue: Sendable {
    private let state: Monitor<State>
    private let capacity: Int
    let droppedLines = Atomic<UInt64>(0)
    let isTerminal: Bool

    private struct State: ~Copyable {
        var pending = ByteBuffer()
        /// Nil while the thread writes.
        var file: LogFile?
        var replacement: LogFile?
        var hasReplacement = false
        var isWriting = false
        var isStopping = false
        var hasStopped = false
    }

    init(file: consuming sending LogFile, capacity: Int) {
        isTerminal = file.isTerminal
        self.capacity = capacity
        state = Monitor(State(file: file))
    }

    func submit(_ bytes: Span<UInt8>, lines: Int) {
        let isTaken = state.withLockNotifying { state in
            guard !state.isStopping, state.pending.count + bytes.count <= capacity else { return false }
            state.pending.append(bytes)
            return true
        }
        if !isTaken { droppedLines.wrappingAdd(UInt64(lines), ordering: .relaxed) }
    }

    func flush(within limit: Nanoseconds) -> Bool {
        state.wait(until: { $0.pending.isEmpty && !$0.isWriting }, atMost: limit) { state in
            state.pending.isEmpty && !state.isWriting
        }
    }

    func replaceFile(with file: consuming sending LogFile) {
        var file: LogFile? = file
        state.withLockNotifying { state in
            state.replacement = file.take()
            state.hasReplacement = true
        }
    }

    /// Ends the thread once everything is written: whether it did so in time.
    func stop(within limit: Nanoseconds) -> Bool {
        state.withLockNotifying { $0.isStopping = true }
        return state.wait(until: { $0.hasStopped }, atMost: limit) { $0.hasStopped }
    }

    /// The thread: takes everything that waits, writes it, and so on.
    func run() {
        var batch = ByteBuffer()
        while true {
            batch.removeAll()
            // A burst must not hold its memory for ever.
            if batch.capacity > 1 << 20 { batch.releaseStorage() }
            state.wait(until: { !$0.pending.isEmpty || $0.hasReplacement || $0.isStopping }) { state in
                swap(&state.pending, &batch)
                state.isWriting = true
                if state.hasReplacement { state.file = state.replacement.take() }
                state.hasReplacement = false
            }
            if batch.isEmpty, isDone() { return }
            write(batch.readable)
        }
    }

    /// Writes with the file out of the state, so that nobody waits for the disk to hand over a line.
    private func write(_ lines: Span<UInt8>) {
        var file = state.withLock { $0.file.take() }
        let lost = file?.write(lines) ?? 0
        if lost > 0 { droppedLines.wrappingAdd(UInt64(lost), ordering: .relaxed) }
        state.withLockNotifying { state in
            state.file = file.take()
            state.isWriting = false
        }
    }

    /// Whether the thread is to end, now that nothing waits. Only the thread takes from the state, so this stays true.
    private func isDone() -> Bool {
        state.withLockNotifying { state in
            guard state.isStopping else { return false }
            state.isWriting = false
            state.hasStopped = true
            return true
        }
    }
}
