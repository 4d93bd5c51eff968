public import Bytes

/// How a child process is started.
public struct ProcessSpecification: Sendable {
    /// The program, found along PATH unless it contains a slash, and its arguments. No shell is involved.
    public var command: [String]
    /// The whole environment: nothing is inherited.
    public var environment: [String: String]
    /// Where it starts; nil for this process's directory.
    public var workingDirectory: String?
    /// What the child finds as its descriptor 3, if anything: a way to hand over a secret. Everything above is closed.
    public var inherited: [UInt8]?

    /// A command with an environment.
    public init(
        command: [String], environment: [String: String], workingDirectory: String? = nil, inherited: [UInt8]? = nil
    ) {
        self.command = command
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.inherited = inherited
    }
}

/// How a process ended.
public enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
    /// With this exit code.
    case code(Int32)
    /// By this signal.
    case signal(Int32)

    /// For example `exit code 1` or `signal 9`.
    public var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}

/// A process that this one has started, on an event loop: its exit is an event (pidfd), and its output two streams.
///
/// It has a process group of its own. Start children on a thread that lives as long as the process: a child that asked to
/// die with its parent (`dieWithParent`) means that thread.
public final class ChildProcess {
    /// The process id.
    public let id: Int32
    /// What the child writes to its standard output.
    public let output: Watcher
    /// What the child writes to its standard error.
    public let errors: Watcher
    private let handle: Watcher
    private var status: ExitStatus?

    /// Starts a process.
    /// - Throws: for example ENOENT when there is no such program.
    public init(_ specification: ProcessSpecification, on loop: EventLoop) throws(SystemError) {
        let outputPipe = try Syscalls.pipe()
        let errorPipe = try Syscalls.pipe()
        id = try Self.spawn(specification, output: outputPipe.start.number, errors: errorPipe.start.number)
        do {
            let descriptor = try Syscalls.processDescriptor(id)
            handle = try loop.watch(descriptor)
            output = try loop.watch(outputPipe.takeEnd())
            errors = try loop.watch(errorPipe.takeEnd())
        } catch {
            // Without its handle nobody would notice its end.
            Syscalls.kill(group: id, signal: 9)
            _ = Syscalls.reap(id, wait: true)
            throw error
        }
    }

    private static func spawn(
        _ specification: ProcessSpecification, output: Int32, errors: Int32
    ) throws(SystemError) -> Int32 {
        guard let bytes = specification.inherited else {
            return try Syscalls.spawn(specification, output: output, errors: errors, inherited: nil)
        }
        let file = try Syscalls.descriptor(holding: bytes)
        return try Syscalls.spawn(specification, output: output, errors: errors, inherited: file.number)
    }

    /// Whether the process has not been seen to end.
    public var isRunning: Bool { status == nil }

    /// Waits for the process's end, or until `deadline` (nil then).
    public func waitForExit(until deadline: Instant = .never) async -> ExitStatus? {
        while status == nil {
            switch await handle.waitReadable(until: deadline) {
            case .ready:
                status = Syscalls.reap(id, wait: false)
                if status == nil { handle.isReadable = false }
            case .timedOut, .interrupted: return nil
            }
        }
        handle.close()
        return status
    }

    /// Sends a signal to the process, if it still runs.
    public func send(_ signal: Int32) {
        if isRunning { Syscalls.kill(id, signal: signal) }
    }

    /// Sends a signal to everything in the process's group, also after the process itself has ended.
    public func sendToGroup(_ signal: Int32) {
        Syscalls.kill(group: id, signal: signal)
    }

    /// Closes the output streams.
    public func closeOutput() {
        output.close()
        errors.close()
    }

    /// Makes the kernel kill the calling process when the thread that started it ends, then replaces it by `command`. For
    /// the small step between a supervisor and the program it runs: spawning by itself cannot ask for this.
    /// - Parameter parent: the supervisor's process id; when it is gone already, so is the caller.
    /// - Returns: only when `command` cannot be run.
    public static func dieWithParentAndRun(_ command: [String], parent: Int32) -> SystemError {
        Syscalls.dieWithParentAndRun(command, parent: parent)
    }
}
