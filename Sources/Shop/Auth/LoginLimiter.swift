import Synchronization

/// Slows down who guesses the password of an account, from however many addresses.
///
/// A token bucket per account: ten attempts at once, then one every thirty seconds; signing in fills it again. Each
/// bucket is one number, the second at which it will be full.
final class LoginLimiter: Sendable {
    private static let attempts: Int64 = 10
    private static let interval: Int64 = 30
    private let limit: Int
    private let fullAt = Mutex<[String: Int64]>([:])

    /// - Parameter limit: how many accounts are remembered; past it those that are closest to full are forgotten.
    init(limit: Int = 10_000) {
        self.limit = limit
    }

    /// Takes an attempt at `account`.
    ///
    /// - Returns: nil if there is one left, else after how many seconds there will be.
    func take(_ account: String, at now: Int64) -> Int64? {
        fullAt.withLock { fullAt in
            let next = max(fullAt[account] ?? now, now) + Self.interval
            let wait = next - now - Self.attempts * Self.interval
            if wait > 0 { return wait }
            if fullAt.count >= limit, fullAt[account] == nil { Self.forget(&fullAt, at: now) }
            fullAt[account] = next
            return nil
        }
    }

    /// Fills the bucket of an account whose owner signed in.
    func reset(_ account: String) {
        _ = fullAt.withLock { $0.removeValue(forKey: account) }
    }

    private static func forget(_ fullAt: inout [String: Int64], at now: Int64) {
        let kept = fullAt.filter { $0.value > now }
        guard kept.count > fullAt.count / 2 else {
            fullAt = kept
            return
        }
        let byUse = kept.sorted { $0.value > $1.value }
        fullAt = Dictionary(uniqueKeysWithValues: byUse.prefix(kept.count / 2).map { ($0.key, $0.value) })
    }
}
