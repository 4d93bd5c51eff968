/// What the kernel grants this process.
public enum ProcessLimits {
    /// Raises the number of descriptors to what the process may have at most.
    /// - Returns: the number now.
    @discardableResult
    public static func raiseDescriptors() -> Int { Syscalls.raiseDescriptorLimit() }
}
