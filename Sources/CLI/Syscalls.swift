import Glibc

/// What the module asks of the operating system.
enum Syscalls {
    static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
