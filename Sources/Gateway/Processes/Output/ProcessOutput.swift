import Bytes
import Reactor

/// Reads what one process prints: every line goes to the log, and the last ones of its standard error are kept.
final class ProcessOutput {
    /// How many lines are kept.
    static let kept = 10

    /// The last lines of standard error.
    private(set) var lastErrors: [String] = []
    private let name: String
    private let log: ProcessLog
    private let child: ChildProcess
    private let loop: EventLoop
    private let drained: Latch
    private var open = 2

    init(of child: ChildProcess, name: String, log: ProcessLog, loop: EventLoop) {
        self.child = child
        self.name = name
        self.log = log
        self.loop = loop
        drained = Latch(loop: loop)
    }

    /// Starts to read both streams.
    func start() {
        loop.spawn(with: self) { await $0.read($0.child.output, .output) }
        loop.spawn(with: self) { await $0.read($0.child.errors, .errors) }
    }

    /// Reads what is left, once the process has ended, and closes the streams. Whoever else holds them open, a daemon that
    /// the process left behind, is not waited for.
    func finish() async {
        await drained.wait(until: loop.now + 250_000_000)
        child.closeOutput()
    }

    private func read(_ watcher: Watcher, _ stream: ProcessLog.Stream) async {
        var splitter = LineSplitter()
        var buffer = ByteBuffer()
        reading: while !watcher.isClosed {
            switch watcher.readPipe(into: &buffer) {
            case .bytes:
                splitter.append(buffer.readable) { line in take(line, stream) }
                buffer.removeAll()
                // A process that prints without end must not keep the loop from its other work.
                await Task.yield()
            case .wouldBlock:
                buffer.releaseStorage()
                if await watcher.waitReadable(until: .never) == .interrupted { break reading }
            case .end, .failed: break reading
            }
        }
        splitter.finish { line in take(line, stream) }
        open -= 1
        if open == 0 { drained.open() }
    }

    private func take(_ line: [UInt8], _ stream: ProcessLog.Stream) {
        log.write(line, of: name, stream: stream)
        guard stream == .errors else { return }
        if lastErrors.count == Self.kept { lastErrors.removeFirst() }
        lastErrors.append(String(decoding: line.prefix(1 << 10), as: UTF8.self))
    }
}
