internal import Bytes
internal import CLinux

/// An edge-triggered epoll set. Each descriptor is registered once, for both directions, for as long as it lives.
///
/// The kernel's user data carries a slot and the slot's generation, so an event for a descriptor that was closed in the
/// same batch, and whose number is already in use again, is recognised as stale and dropped.
@safe
struct EpollSelector: ~Copyable {
    /// What happened to one registration.
    struct Event {
        let slot: Int
        let generation: UInt32
        let isReadable: Bool
        let isWritable: Bool
        let isHangup: Bool
    }

    private let epoll: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>
    private static var capacity: Int { 256 }

    init() throws(SystemError) {
        epoll = try Syscalls.epollCreate()
        unsafe events = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe events.deallocate()
    }

    func add(_ descriptor: CInt, slot: Int, generation: UInt32) throws(SystemError) {
        let interest = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        try Syscalls.epollAdd(
            epoll.number, descriptor, events: interest, data: UInt64(generation) << 32 | UInt64(UInt32(slot)))
    }

    func remove(_ descriptor: CInt) {
        Syscalls.epollRemove(epoll.number, descriptor)
    }

    /// Waits until something happens or `timeout` milliseconds passed (-1: for ever); returns the number of events.
    func wait(timeout: CInt) -> Int {
        do {
            return Int(
                try Syscalls.retrying("epoll_wait") {
                    unsafe epoll_wait(epoll.number, events, CInt(Self.capacity), timeout)
                })
        } catch {
            preconditionFailure("epoll_wait failed: \(error)")
        }
    }

    /// The event at `index` of the last wait.
    func event(at index: Int) -> Event {
        let event = unsafe events[index]
        let data = unsafe event.data.u64
        let flags = unsafe event.events
        let failed = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        return Event(
            slot: Int(UInt32(truncatingIfNeeded: data)), generation: UInt32(truncatingIfNeeded: data >> 32),
            isReadable: failed || flags & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0,
            isWritable: failed || flags & EPOLLOUT.rawValue != 0,
            isHangup: failed || flags & EPOLLRDHUP.rawValue != 0)
    }
}
