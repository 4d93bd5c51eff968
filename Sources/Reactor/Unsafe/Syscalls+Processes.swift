internal import CLinux
internal import Glibc

// MARK: - signals

extension Syscalls {
    static func signalSet(_ signals: [CInt]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }

    static func signalDescriptor(_ signals: [CInt]) throws(SystemError) -> Descriptor {
        var set = signalSet(signals)
        return Descriptor(
            owning: try retrying("signalfd") {
                unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
            })
    }

    static func readSignal(_ descriptor: CInt) -> CInt? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        return unsafe Glibc.read(descriptor, &info, size) == size ? CInt(info.ssi_signo) : nil
    }
}

// MARK: - processes

extension Syscalls {
    /// Two ends of a pipe: what is written to `start` is read from `end`.
    struct Pipe: ~Copyable {
        let end: Descriptor
        let start: Descriptor

        consuming func takeEnd() -> Descriptor { end }
    }

    /// A pipe: its end does not block, its start does, because a child gets that.
    static func pipe() throws(SystemError) -> Pipe {
        var ends: (CInt, CInt) = (0, 0)
        _ = try retrying("pipe") {
            unsafe withUnsafeMutableBytes(of: &ends) { unsafe Glibc.pipe($0.bindMemory(to: CInt.self).baseAddress!) }
        }
        closeOnExec(ends.0, true)
        closeOnExec(ends.1, true)
        _ = fcntl(ends.0, F_SETFL, O_NONBLOCK)
        return Pipe(end: Descriptor(owning: ends.0), start: Descriptor(owning: ends.1))
    }

    /// A descriptor from which `bytes` can be read once, and that has no name in any file system.
    static func descriptor(holding bytes: [UInt8]) throws(SystemError) -> Descriptor {
        let file = Descriptor(owning: try retrying("memfd_create") { unsafe linux_memory_file("inherited") })
        _ = try retrying("write") { unsafe Glibc.write(file.number, bytes, bytes.count) }
        _ = lseek(file.number, 0, SEEK_SET)
        return file
    }

    static func processDescriptor(_ id: pid_t) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("pidfd_open") { linux_pidfd_open(id) })
    }

    static func kill(_ id: pid_t, signal: CInt) { _ = Glibc.kill(id, signal) }

    static func kill(group: pid_t, signal: CInt) { _ = killpg(group, signal) }

    static func reap(_ id: pid_t, wait: Bool) -> ExitStatus? {
        var status: CInt = 0
        guard unsafe waitpid(id, &status, wait ? 0 : WNOHANG) == id else { return nil }
        let signal = linux_signalled(status)
        return signal != 0 ? .signal(signal) : .code(linux_exited(status))
    }

    static func spawn(
        _ specification: ProcessSpecification, output: CInt, errors: CInt, inherited: CInt?
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
        if let inherited { unsafe posix_spawn_file_actions_adddup2(&actions, inherited, 3) }
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, inherited == nil ? 3 : 4)
        if let directory = specification.workingDirectory {
            unsafe posix_spawn_file_actions_addchdir_np(&actions, directory)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Signals that this process blocks or ignores would stay so in the child.
        var none = signalSet([])
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var id: pid_t = 0
        let variables = specification.environment.map { "\($0.key)=\($0.value)" }
        let code = unsafe withCStrings(specification.command) { arguments in
            unsafe withCStrings(variables) { environment in
                unsafe posix_spawnp(&id, specification.command[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError(call: "posix_spawn", code: code) }
        return id
    }

    static func dieWithParentAndRun(_ command: [String], parent: pid_t) -> SystemError {
        _ = linux_die_with_parent(SIGKILL)
        if getppid() != parent { _exit(0) }
        _ = unsafe withCStrings(command) { arguments in unsafe execvp(command[0], arguments) }
        return SystemError(call: "execvp", code: errno)
    }

    /// Lends `strings` as the null-terminated array of C strings that exec takes.
    @unsafe
    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe strings.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer {
            var index = 0
            while index < strings.count {
                unsafe free(pointers[index])
                index += 1
            }
        }
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
    }
}
