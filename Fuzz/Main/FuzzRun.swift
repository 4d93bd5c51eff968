import FuzzTargets

/// The target of this process, which libFuzzer's callback cannot carry along.
enum FuzzRun {
    nonisolated(unsafe) static var target = FuzzTarget.all[0]

    /// Ends the process when a property does not hold, which is how libFuzzer learns of it.
    static func check(_ input: Span<UInt8>) {
        do throws(Violation) {
            try target.check(input)
        } catch {
            fatalError("\(target.name): \(error)")
        }
    }
}
