import Glibc

/// A thread beside the event loops.
///
/// It takes no signals: those belong to whoever reads them in one place. It must be joined or detached.
@safe
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts `body` on a new thread.
    /// - Parameter name: what tools show, at most 15 bytes.
    init(name: String, body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        var (all, previous) = (sigset_t(), sigset_t())
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
        var handle = pthread_t()
        let result = unsafe pthread_create(&handle, nil, runThread, start)
        unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
        precondition(result == 0, "the system starts no more threads")
        self.handle = handle
    }

    func join() { pthread_join(handle, nil) }

    func detach() { pthread_detach(handle) }
}

private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let start = unsafe Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
    Syscalls.nameThread(start.name)
    start.body()
    return nil
}
