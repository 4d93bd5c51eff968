/// Why a suspended task goes on.
public enum Wakeup: Sendable {
    /// What it waited for is there.
    case ready
    /// The deadline passed.
    case timedOut
    /// Somebody on the same loop told it to stop waiting.
    case interrupted
}

/// A place where at most one task of an event loop waits.
///
/// It is confined to the loop, and every resumption goes through the loop's own queue, so the checks that a checked
/// continuation makes on each use would only repeat what the loop guarantees: the continuation is taken out before it is
/// resumed, and an owner resumes it before it goes away.
@safe
struct Suspension {
    private var continuation: UnsafeContinuation<Wakeup, Never>?

    init() { unsafe continuation = nil }

    /// Whether a task waits here.
    var isWaiting: Bool { unsafe continuation != nil }

    /// Lets the waiting task, if there is one, go on with `wakeup`.
    mutating func resume(_ wakeup: Wakeup) {
        guard let waiting = unsafe continuation else { return }
        unsafe continuation = nil
        unsafe waiting.resume(returning: wakeup)
    }

    /// Suspends the current task; `store` puts the suspension where it will be found.
    static func suspend(_ store: (consuming Suspension) -> Void) async -> Wakeup {
        await unsafe withUnsafeContinuation { continuation in
            var suspension = Suspension()
            unsafe suspension.continuation = continuation
            store(suspension)
        }
    }
}
