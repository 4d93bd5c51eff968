import Foundation

/// A program that a test runs. It never outlives the value, nor the test run.
final class ChildProcess: @unchecked Sendable {
    /// How it ended.
    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    let pid: pid_t
    private let condition = NSCondition()
    private var ended: Ending?

    /// - Parameters:
    ///   - input: the descriptor that becomes its standard input, /dev/null if nil.
    ///   - output: the descriptor that becomes its standard output, /dev/null if nil.
    ///   - errors: the same for standard error.
    init(
        _ program: String, _ arguments: [String], folder: String? = nil, environment: [String: String] = [:],
        input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, given, mode) in [(0, input, O_RDONLY), (1, output, O_WRONLY), (2, errors, O_WRONLY)] {
            if let given {
                posix_spawn_file_actions_adddup2(&actions, given, Int32(descriptor))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(descriptor), "/dev/null", mode, 0)
            }
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // `env -C` changes the folder and becomes the program: Glibc's call for it is not imported.
        let line = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + [program] + arguments
        let argv = line.map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, line[0], &actions, &attributes, argv, envp)
        guard result == 0 else { throw HarnessError("cannot run \(program): \(String(cString: strerror(result)))") }
        pid = child
        Leftovers.add(process: child)
        Thread.detachNewThread { [self] in waitForEnd() }
    }

    /// A script of `Support` in the Python that has the packages; what it prints is in the files `out` and `err`.
    convenience init(script: String, _ arguments: [String], files: TemporaryFolder) throws {
        guard let python = Places.venvPython else { throw HarnessError("no Python with packages") }
        let output = open(files.file("out").path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let errors = open(files.file("err").path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(output)
            close(errors)
        }
        try self.init(
            python, [Places.support.appending(path: script).path] + arguments, output: output, errors: errors)
    }

    private func waitForEnd() {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        Leftovers.remove(process: pid)
        let signal = status & 0x7f
        condition.withLock {
            ended = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
            condition.broadcast()
        }
    }

    var isRunning: Bool {
        condition.withLock { ended == nil }
    }

    func signal(_ number: Int32) {
        condition.withLock { if ended == nil { kill(pid, number) } }
    }

    /// Waits for the end; nil if it does not come in time.
    func wait(seconds: Double) -> Ending? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        return condition.withLock {
            while ended == nil, condition.wait(until: deadline) {}
            return ended
        }
    }

    /// Ends it whatever it does, and waits until it is gone.
    func end() {
        signal(SIGKILL)
        _ = wait(seconds: 10)
    }
}
