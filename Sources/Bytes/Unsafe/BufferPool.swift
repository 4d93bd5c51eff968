/// Lends buffers of one size to whoever works right now, so that a connection at rest holds none.
///
/// Belongs to one event loop and is used only there. It keeps at most `limit` idle buffers; more are freed.
@safe
public final class BufferPool {
    private let idle = unsafe Cell<[UnsafeMutablePointer<UInt8>]>([])
    private let size: Int
    private let limit: Int

    /// - Parameters:
    ///   - size: the capacity of each buffer, in bytes.
    ///   - limit: how many idle buffers are kept.
    public init(size: Int, limit: Int) {
        self.size = size
        self.limit = limit
    }

    deinit {
        while let memory = unsafe idle.value.popLast() { unsafe memory.deallocate() }
    }

    /// An empty buffer of the pool's size.
    public func lend() -> ByteBuffer {
        if let memory = unsafe idle.value.popLast() { return unsafe ByteBuffer(adopting: memory, capacity: size) }
        return ByteBuffer(capacity: size)
    }

    /// Takes a buffer back, whatever it holds. One that grew beyond the pool's size is freed.
    public func reclaim(_ buffer: consuming ByteBuffer) {
        let (memory, capacity) = unsafe buffer.surrender()
        guard let memory = unsafe memory else { return }
        if capacity == size, unsafe idle.value.count < limit {
            unsafe idle.value.append(memory)
        } else {
            unsafe memory.deallocate()
        }
    }
}
