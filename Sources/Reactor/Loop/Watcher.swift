/// One descriptor on one event loop: what epoll last said of it, and the tasks that wait for it. The set is edge-triggered,
/// so what it said holds until a read or a write finds otherwise.
public final class Watcher: Waiter {
    /// The descriptor; owned, closed by `close()`.
    public let descriptor: CInt

    let slot: Int
    let generation: UInt32

    init(loop: EventLoop, descriptor: CInt, slot: Int, generation: UInt32) {
        self.descriptor = descriptor
        self.slot = slot
        self.generation = generation
        super.init(loop: loop)
    }

    deinit {
        assert(isClosed, "a watcher went away without being closed")
    }

    /// Closes the descriptor and wakes whoever waits. Closing twice is allowed.
    public func close() {
        guard !isClosed else { return }
        // First of all: whoever still tries to read or write must not reach the number, which the next descriptor may have.
        shut()
        loop.forget(self)
        Syscalls.close(descriptor)
        dismiss()
    }

    /// Takes in what epoll reported.
    func receive(_ event: EpollSelector.Event) {
        if event.isHangup { hangUp() }
        if event.isReadable { becomeReadable() }
        if event.isWritable { becomeWritable() }
    }
}
