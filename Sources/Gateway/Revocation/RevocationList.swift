internal import Bytes
internal import JWT
internal import Synchronization
internal import Telemetry

/// The revocations of one token profile: one for all loops, kept through reloads.
///
/// A poller writes it; loops look at its generation, one load for each request with a token, and fetch the set when that has
/// changed.
final class RevocationList: Sendable {
    /// The name of the token profile.
    let profile: String
    private let terms: Mutex<Terms>
    private let ledger = Mutex(RevocationLedger())
    private let generation = Atomic<UInt64>(0)
    private let published = Mutex(View())
    private let state = Mutex(State())

    /// What the configuration says of it.
    struct Terms: Equatable {
        var settings: RevocationSettings
        /// A token is taken for so many seconds after it expires: so long its revocation counts too.
        var leeway: Int64

        /// Whether both are about the same list.
        func areAboutSameList(as other: Self) -> Bool {
            settings.service == other.settings.service && settings.path == other.settings.path
        }
    }

    /// A set and which it is: what each loop holds.
    struct View {
        fileprivate(set) var generation: UInt64 = 0
        fileprivate(set) var set = RevocationSet.empty
    }

    /// How well the list is known.
    struct State {
        /// When it was last read, in milliseconds of Unix time; nil for never.
        var readAt: Int64?
        /// Why it cannot be read; nil while it can.
        var problem: String?
        /// How many entries there was no room for.
        var dropped = 0
    }

    init(profile: String, terms: Terms) {
        self.profile = profile
        self.terms = Mutex(terms)
    }

    // MARK: Requests

    /// Brings what a loop holds up to date.
    @inline(__always)
    func refresh(_ held: inout View) {
        if generation.load(ordering: .acquiring) == held.generation { return }
        held = view
    }

    // MARK: Polling

    /// What the configuration says of it.
    var settings: RevocationSettings { terms.withLock { $0.settings } }

    /// Goes by other terms, if they are about the same list.
    func adopt(_ new: Terms) -> Bool {
        terms.withLock { terms in
            guard terms.areAboutSameList(as: new) else { return false }
            terms = new
            return true
        }
    }

    /// What to ask the service for next.
    var next: UInt64 { ledger.withLock { $0.next } }

    /// Takes what the service has answered. Takes its time: not for a loop.
    /// - Returns: whether it told of something, so that there may be more; nil when it is no answer to the question.
    func take(_ answer: [UInt8], now unixSeconds: Int64) -> Bool? {
        guard let page = RevocationPage(parsing: answer) else { return nil }
        let terms = terms.withLock { $0 }
        let over = unixSeconds - terms.leeway
        let (hasMore, set, dropped) = ledger.withLock { ledger in
            let before = ledger.next
            let hasExpired = ledger.expire(at: over)
            let hasGrown = ledger.take(page, limit: terms.settings.maxEntries, now: over)
            return (ledger.next > before, hasExpired || hasGrown ? ledger.set : nil, ledger.dropped)
        }
        if let set { publish(set) }
        state.withLock { $0.dropped = dropped }
        return hasMore
    }

    private func publish(_ set: RevocationSet) {
        published.withLock { view in
            view.generation &+= 1
            view.set = set
            generation.store(view.generation, ordering: .releasing)
        }
    }

    // MARK: State

    /// The set in force.
    var view: View { published.withLock { $0 } }

    /// How well the list is known.
    var status: State { state.withLock { $0 } }

    /// Takes note of a reading: nil when it went well.
    /// - Returns: the state before.
    func note(problem: String?, at unixMilliseconds: Int64) -> State {
        state.withLock { state in
            let before = state
            state.problem = problem
            if problem == nil { state.readAt = unixMilliseconds }
            return before
        }
    }
}
