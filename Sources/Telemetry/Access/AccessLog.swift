import Bytes

/// The access log of one event loop: one JSON line per request, composed in a buffer of the loop's own and handed to
/// the writer in batches.
///
/// The loop calls `flush` when it has nothing to do, or every 100 ms; a full batch goes by itself. Only then is a lock
/// taken, for the length of one copy.
public final class AccessLog {
    private let writer: LogWriter
    private var buffer: ByteBuffer
    private var lines = 0
    private static let batch = 32 << 10

    /// - Parameter writer: where lines go.
    public init(writer: LogWriter) {
        self.writer = writer
        buffer = ByteBuffer(capacity: Self.batch + 4096)
    }

    deinit {
        flush()
    }

    /// Whether lines wait for `flush`.
    public var isEmpty: Bool { lines == 0 }

    /// Appends the line of one request.
    public func append(_ record: borrowing AccessRecord, at clock: borrowing WallClock) {
        buffer.appendLine(record, at: clock)
        lines += 1
        if buffer.count >= Self.batch { flush() }
    }

    /// Hands the lines so far to the writer.
    public func flush() {
        guard lines > 0 else { return }
        writer.submit(buffer.readable, lines: lines)
        lines = 0
        // A batch with huge lines must not hold its memory for ever.
        if buffer.capacity > 4 * Self.batch {
            buffer = ByteBuffer(capacity: Self.batch + 4096)
        } else {
            buffer.removeAll()
        }
    }
}
