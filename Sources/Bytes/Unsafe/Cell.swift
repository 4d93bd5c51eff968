/// A value of its own in memory, for state that one loop's straight-line code changes many times in a request.
///
/// A stored property of a class is checked for overlapping access each time it is touched, by a call into the runtime that
/// costs more than most of what is done here. A cell is reached without that check: it is for values that belong to one
/// loop and whose owner never hands out two accesses at once.
@safe
public struct Cell<Value: ~Copyable>: ~Copyable {
    @usableFromInline let memory: UnsafeMutablePointer<Value>

    /// A cell that holds `value`.
    @inlinable
    public init(_ value: consuming Value) {
        unsafe memory = .allocate(capacity: 1)
        unsafe memory.initialize(to: value)
    }

    @inlinable
    deinit {
        unsafe memory.deinitialize(count: 1)
        unsafe memory.deallocate()
    }

    /// The value.
    @inlinable
    public var value: Value {
        @inline(__always) _read { yield unsafe memory.pointee }
        @inline(__always) nonmutating _modify { yield unsafe &memory.pointee }
    }
}
