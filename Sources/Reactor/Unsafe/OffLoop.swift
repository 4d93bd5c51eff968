/// Work that blocks, away from the loops: files, rendering, anything that takes its time.
public enum OffLoop {
    /// Runs `work` on a thread of its own and returns what it returns. For what happens seldom.
    public static func run<Result: Sendable>(
        _ name: String, _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.start(name: name) { continuation.resume(returning: work()) }
        }
    }
}
