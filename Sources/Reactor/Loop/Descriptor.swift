/// An open file descriptor that is closed when it goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
    /// The number, valid while this value lives.
    public let number: CInt

    /// Takes ownership of an open descriptor.
    public init(owning number: CInt) {
        self.number = number
    }

    /// Another descriptor of what `number` is open on.
    /// - Throws: when the process has no descriptor left.
    public static func duplicate(of number: CInt) throws(SystemError) -> Descriptor {
        try Syscalls.duplicate(number)
    }

    deinit {
        Syscalls.close(number)
    }

    /// Gives the descriptor up without closing it.
    public consuming func release() -> CInt {
        let released = number
        discard self
        return released
    }
}
