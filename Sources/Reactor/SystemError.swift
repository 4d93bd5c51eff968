/// A system call that failed: which one, and the `errno` it left.
public struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call, by its C name.
    public let call: StaticString
    /// The value of `errno` right after the call.
    public let code: CInt

    /// A failure of `call` with `code`.
    public init(call: StaticString, code: CInt) {
        self.call = call
        self.code = code
    }

    /// Compares the code; the call is for people.
    public static func == (left: SystemError, right: SystemError) -> Bool { left.code == right.code }

    /// For example `connect: Connection refused`.
    public var description: String { "\(call): \(Syscalls.message(of: code))" }
}
