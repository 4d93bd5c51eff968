internal import JWT

/// The ids that no longer count, as requests look them up: an immutable table of hashes with open addressing, at most half
/// full.
final class RevocationSet: Sendable {
    /// How many ids there are.
    let count: Int
    /// A power of two of places; zero for an empty one, which no key's hash is. None at all for an empty set.
    private let places: [UInt64]

    static let empty = RevocationSet([])

    /// - Parameter keys: all of them different.
    init(_ keys: some Collection<RevocationKey>) {
        count = keys.count
        guard !keys.isEmpty else {
            places = []
            return
        }
        var size = 16
        while size < 2 * keys.count { size *= 2 }
        var places = [UInt64](repeating: 0, count: size)
        for key in keys {
            var place = Int(truncatingIfNeeded: key.hash) & (size - 1)
            while places[place] != 0 { place = (place + 1) & (size - 1) }
            places[place] = key.hash
        }
        self.places = places
    }

    /// Whether an id is among them.
    func contains(_ key: RevocationKey?) -> Bool {
        guard let key, !places.isEmpty else { return false }
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: key.hash) & mask
        while places[place] != 0 {
            if places[place] == key.hash { return true }
            place = (place + 1) & mask
        }
        return false
    }

    /// Whether a token no longer counts, for itself or with its session.
    func contains(_ principal: Principal) -> Bool {
        contains(principal.tokenKey) || contains(principal.sessionKey)
    }
}
