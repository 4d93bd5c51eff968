internal import Synchronization

/// The lists of revocations that there are, by token profile. They outlive every configuration that says the same of them.
final class RevocationRegistry: Sendable {
    private let lists = Mutex<[String: RevocationList]>([:])

    /// The list of each profile, nil for those that have none: the one that is there, or a new one. All others are let go.
    func lists(for profiles: [TokenProfile]) -> [RevocationList?] {
        lists.withLock { known in
            let found = profiles.map { profile in
                profile.revocations.map { settings in
                    let terms = RevocationList.Terms(
                        settings: settings, leeway: Int64(profile.leeway / 1_000_000_000))
                    if let list = known[profile.name], list.adopt(terms) { return list }
                    return RevocationList(profile: profile.name, terms: terms)
                }
            }
            known = Dictionary(found.compactMap { list in list.map { ($0.profile, $0) } }) { first, _ in first }
            return found
        }
    }
}
