import Glibc

/// A thread of our own: SQLite blocks in fsync and in locks, which neither an event loop nor the shared pool may do.
@safe
final class WorkerThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: () -> Void

        init(run: @escaping () -> Void) {
            self.run = run
        }
    }

    /// Starts the thread.
    init(_ run: sending @escaping () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run: run))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                let body = unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue()
                // Signals belong to the main thread.
                var all = sigset_t()
                _ = unsafe sigfillset(&all)
                _ = unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
                body.run()
                return nil
            }, body.toOpaque())
        precondition(code == 0, "no thread for the database: \(code)")
        self.thread = thread
    }

    /// Waits until the thread has ended. To be called once.
    func join() {
        _ = pthread_join(thread, nil)
    }
}
