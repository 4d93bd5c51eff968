import Bytes
import Glibc

/// State behind a lock, with a condition to wait for. For the threads beside the event loops; loops hold it only for
/// the length of a memory copy, once per batch.
///
/// A pthread mutex and not `Synchronization.Mutex`: it comes with a condition, and ThreadSanitizer understands it.
@safe
final class Monitor<State: ~Copyable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: consuming sending State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` alone with the state.
    func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Runs `body` alone with the state and wakes every waiter.
    func withLockNotifying<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until `isReady` says so, at most `limit` when there is one, and runs `body` with the state either way.
    func wait<Result: ~Copyable>(
        until isReady: (borrowing State) -> Bool, atMost limit: Nanoseconds? = nil, then body: (inout State) -> Result
    ) -> Result {
        var deadline = timespec()
        if let limit {
            unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
            let nanoseconds = Int(limit % 1_000_000_000) + deadline.tv_nsec
            deadline.tv_sec += Int(limit / 1_000_000_000) + nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
        }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !isReady(state) {
            if limit != nil {
                if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
        return body(&state)
    }
}
