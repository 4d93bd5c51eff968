internal import CLinux
internal import Glibc

/// Operating-system threads by name.
enum Thread {
    /// Starts a detached thread that runs `body` once, with every signal blocked: signals are read from descriptors.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        var blocked = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&blocked)
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, &previous)
        let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                let body = unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue()
                _ = unsafe pthread_setname_np(pthread_self(), String(body.name.prefix(15)))
                body.run()
                return nil
            }, box.toOpaque())
        unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
        precondition(code == 0, "a thread could not be started: \(Syscalls.message(of: code))")
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
