import Bytes
import HTTP

/// The paths of routes as a trie in flat arrays, and the candidates that end at each node.
///
/// Literal children are found through one hash table for the whole trie, parameters by their type. A node holds its
/// candidates in the order of precedence. The trie of each host starts at a root of its own.
struct RouteTrie: Sendable {
    /// Where a path may end, or go on.
    struct Node: Sendable {
        /// Child for a segment of each type in the order of ``SegmentType``, zero for none.
        var parameters = InlineArray<4, UInt32>(repeating: 0)
        /// Whether any child has a parameter.
        var hasParameters = false
        /// Candidates that end here, best first, as a range of ``RouteTrie/candidates``.
        var ends: Range<Int> = 0..<0
        /// Candidates whose tail starts here.
        var tails: Range<Int> = 0..<0
    }

    /// A route that ends at a node, for some methods.
    struct Candidate: Sendable {
        let route: Int
        let methods: MethodSet
        let rank: CandidateRank
        /// The conditions that must hold.
        let conditions: CompiledConditions
    }

    var nodes: [Node] = [Node()]
    var literals = ByteTable()
    var candidates: [Candidate] = []

    /// Adds a node and returns its index.
    mutating func makeNode() -> UInt32 {
        nodes.append(Node())
        return UInt32(nodes.count - 1)
    }
}

/// The precedence of candidates at one node: what is less comes first.
struct CandidateRank: Hashable, Comparable, Sendable {
    /// How a path comes to end at the node.
    enum End: Int, Sendable {
        /// With the pattern's last segment.
        case exact
        /// Before segments that may be missing.
        case optional
        /// Before an empty tail, or with one that is not.
        case tail
    }

    /// How the methods of the candidate came about.
    enum Methods: Int, Sendable {
        /// They are named.
        case named
        /// `HEAD` for a route that names `GET` (RFC 9110 section 9.3.2).
        case implied
        /// Any method will do.
        case any
    }

    let end: End
    /// How many conditions there are, and how narrow they are together.
    let conditions: Int
    let conditionWeight: Int
    let methods: Methods

    static func < (left: CandidateRank, right: CandidateRank) -> Bool {
        (left.end.rawValue, -left.conditions, -left.conditionWeight, left.methods.rawValue)
            < (right.end.rawValue, -right.conditions, -right.conditionWeight, right.methods.rawValue)
    }
}
