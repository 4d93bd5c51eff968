internal import JWT

/// What is known of revocations and until when: pure bookkeeping, of which a `RevocationSet` is made for requests.
///
/// It is bounded: beyond the limit those entries go first that expire first, for they would have gone soonest.
struct RevocationLedger {
    /// What to ask the service for next.
    private(set) var next: UInt64 = 0
    /// How many entries had to go before their time, since there was last room for all.
    private(set) var dropped = 0
    private var expiries: [RevocationKey: Int64] = [:]
    /// No entry expires before this second.
    private var earliest = Int64.max

    var count: Int { expiries.count }

    /// The entries for requests.
    var set: RevocationSet { RevocationSet(expiries.keys) }

    /// Adds what a service has told.
    ///
    /// A number that went back says that the service has begun to count anew, as one with another database does: then it is
    /// asked for everything once more. What it said before still holds.
    /// - Returns: whether the entries have changed.
    mutating func take(_ page: RevocationPage, limit: Int, now: Int64) -> Bool {
        next = page.next < next ? 0 : page.next
        var hasChanged = false
        for entry in page.entries where entry.expiry > now {
            if let known = expiries[entry.key], known >= entry.expiry { continue }
            expiries[entry.key] = entry.expiry
            earliest = min(earliest, entry.expiry)
            hasChanged = true
        }
        if hasChanged { shrink(to: limit) }
        return hasChanged
    }

    /// Lets go of entries whose time is over.
    /// - Returns: whether there were any.
    mutating func expire(at now: Int64) -> Bool {
        guard earliest <= now else { return false }
        expiries = expiries.filter { $0.value > now }
        earliest = expiries.values.min() ?? .max
        dropped = 0
        return true
    }

    private mutating func shrink(to limit: Int) {
        guard expiries.count > limit else { return }
        let excess = expiries.sorted { $0.value < $1.value }.prefix(expiries.count - limit)
        for entry in excess { expiries[entry.key] = nil }
        earliest = expiries.values.min() ?? .max
        dropped += excess.count
    }
}
