import Glibc

/// A bounded queue that hands work from any thread to threads that sleep while there is none.
@safe
final class WorkQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let filled: UnsafeMutablePointer<pthread_cond_t>
    private let limit: Int
    // Guarded by `mutex`, with the three below.
    private var elements: [Element] = []
    private var first = 0
    private var isClosed = false
    private var quiet = 0

    /// What became of an offer.
    enum Offer { case taken, full, closed }

    /// - Parameter limit: how many elements may wait.
    init(limit: Int) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe filled = .allocate(capacity: 1)
        _ = unsafe pthread_mutex_init(mutex, nil)
        _ = unsafe pthread_cond_init(filled, nil)
        self.limit = limit
    }

    deinit {
        _ = unsafe pthread_cond_destroy(filled)
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe filled.deallocate()
        unsafe mutex.deallocate()
    }

    /// Adds `element` behind the others, if there is room.
    ///
    /// - Parameter quietly: whether threads go on sleeping until `wake`.
    func offer(_ element: Element, quietly: Bool = false) -> Offer {
        let offer = add(element, quietly: quietly)
        // Whoever wakes finds the mutex free.
        if offer == .taken, !quietly { _ = unsafe pthread_cond_signal(filled) }
        return offer
    }

    private func add(_ element: Element, quietly: Bool) -> Offer {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if elements.count - first >= limit { return .full }
        elements.append(element)
        if quietly { quiet += 1 }
        return .taken
    }

    /// Wakes a thread for each element that was added quietly and still waits, and at most `threads`.
    func wake(atMost threads: Int) {
        _ = unsafe pthread_mutex_lock(mutex)
        let count = min(quiet, elements.count - first, threads)
        quiet = 0
        _ = unsafe pthread_mutex_unlock(mutex)
        for _ in 0..<count { _ = unsafe pthread_cond_signal(filled) }
    }

    /// Waits until there is work and takes up to `count` elements, oldest first; empty once closed and drained.
    func take(atMost count: Int) -> [Element] {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        while first == elements.count, !isClosed { _ = unsafe pthread_cond_wait(filled, mutex) }
        let end = min(first + count, elements.count)
        let taken = Array(elements[first..<end])
        first = end
        if first == elements.count {
            elements.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= limit {
            elements.removeFirst(first)
            first = 0
        }
        return taken
    }

    /// Takes no more elements; those inside are still handed out.
    func close() {
        _ = unsafe pthread_mutex_lock(mutex)
        isClosed = true
        _ = unsafe pthread_cond_broadcast(filled)
        _ = unsafe pthread_mutex_unlock(mutex)
    }
}
