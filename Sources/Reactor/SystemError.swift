internal import Glibc

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

    /// Whether this process or machine has run out of descriptors or memory: nothing that a peer did.
    public var isExhaustion: Bool {
        switch code {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: true
        default: false
        }
    }

    /// Compares the code; the call is for people.
    public static func == (left: SystemError, right: SystemError) -> Bool { left.code == right.code }

    /// For example `connect: Connection refused`.
    public var description: String { "\(call): \(Syscalls.message(of: code))" }
}
