import Synchronization

/// Tokens that were verified a moment ago, by the whole field that they came in, so that a client that sends many requests
/// has its signature checked once in a while only.
///
/// There are two generations: what is used moves to the younger, and when that is full the older is forgotten.
final class KnownTokens: Sendable {
    /// The most tokens of a generation.
    static let limit = 2000
    /// Seconds that one is believed without a new check, and never past its end.
    static let lifetime: Int64 = 60

    private struct Entry {
        let caller: Caller
        let until: Int64
    }

    private struct Generations {
        var young: [String: Entry] = [:]
        var old: [String: Entry] = [:]
    }

    private let state = Mutex(Generations())

    /// Whom a field stands for; nil when it has to be verified.
    func caller(for field: String, at now: Int64) -> Caller? {
        state.withLock { state in
            if let entry = state.young[field] { return entry.until > now ? entry.caller : nil }
            guard let entry = state.old.removeValue(forKey: field), entry.until > now else { return nil }
            Self.add(entry, for: field, to: &state)
            return entry.caller
        }
    }

    /// Remembers a token that was verified.
    func keep(_ token: VerifiedToken, for field: String, at now: Int64) {
        let until = min(token.expiry, now + Self.lifetime)
        guard until > now else { return }
        state.withLock { Self.add(Entry(caller: token.caller, until: until), for: field, to: &$0) }
    }

    private static func add(_ entry: Entry, for field: String, to state: inout Generations) {
        if state.young.count >= limit { (state.old, state.young) = (state.young, [:]) }
        state.young[field] = entry
    }
}
