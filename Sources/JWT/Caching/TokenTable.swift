import Bytes

/// A table of verified tokens: a fixed number of sets of eight slots.
///
/// A token is found by a keyed hash and then compared whole, so nobody can make one token pass for another. A new token
/// takes the slot of its set that has the least time left.
struct TokenTable {
    let capacity: Int
    private let setCount: Int
    /// Parallel columns; the hashes of a set are one cache line. They are made when the first token comes.
    private var hashes: [UInt64] = []
    private var tokens: [[UInt8]] = []
    private var principals: [Principal?] = []
    private var deadlines: [Instant] = []

    private static let ways = 8

    init(capacity: Int) {
        setCount = max(1, capacity / Self.ways)
        self.capacity = setCount * Self.ways
    }

    func lookup(_ token: Span<UInt8>, now: Instant) -> Principal? {
        guard !hashes.isEmpty else { return nil }
        let hash = Self.hash(token)
        let first = firstSlot(of: hash)
        for slot in first..<first + Self.ways where hashes[slot] == hash && now < deadlines[slot] {
            let known = tokens[slot]
            if known.span.equals(token) { return principals[slot] }
        }
        return nil
    }

    mutating func insert(_ token: Span<UInt8>, _ principal: Principal, deadline: Instant) {
        if hashes.isEmpty { makeColumns() }
        let hash = Self.hash(token)
        let slot = slotToReplace(hash: hash, token: token)
        hashes[slot] = hash
        tokens[slot] = token.array
        principals[slot] = principal
        deadlines[slot] = deadline
    }

    mutating func removeAll() {
        hashes = []
        tokens = []
        principals = []
        deadlines = []
    }

    var count: Int {
        principals.count { $0 != nil }
    }

    /// A token ends with its signature, and the end of that tells tokens apart as well as the whole.
    private static func hash(_ token: Span<UInt8>) -> UInt64 {
        KeyedHash.hash(token.extracting(last: min(token.count, 32)))
    }

    private mutating func makeColumns() {
        hashes = Array(repeating: 0, count: capacity)
        tokens = Array(repeating: [], count: capacity)
        principals = Array(repeating: nil, count: capacity)
        deadlines = Array(repeating: Instant(nanoseconds: 0), count: capacity)
    }

    private func firstSlot(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(setCount)).high) * Self.ways
    }

    /// The slot that holds the token already, or else the one with the earliest deadline, which an empty one has.
    private func slotToReplace(hash: UInt64, token: Span<UInt8>) -> Int {
        let first = firstSlot(of: hash)
        var oldest = first
        for slot in first..<first + Self.ways {
            let known = tokens[slot]
            if hashes[slot] == hash, known.span.equals(token) { return slot }
            if deadlines[slot] < deadlines[oldest] { oldest = slot }
        }
        return oldest
    }
}
