/// How far the current line of a head has been parsed.
///
/// A line that is cut off goes on where it stopped when more arrives, which keeps a head that comes byte by byte linear
/// and refuses a bad byte at once.
struct LineCursor: Sendable {
    /// The first byte of the line.
    private(set) var start = 0
    /// The first byte that has not been looked at.
    var position = 0
    /// Where the line's first part, a method or a field name, ends; zero before that is known.
    var firstEnd = 0
    /// Where the line's second part, a target or the whitespace before a value, ends; zero before that is known.
    var secondEnd = 0

    /// Whether nothing of the line has been looked at.
    var isFresh: Bool { position == start }

    /// Begins the line that starts at `next`.
    mutating func advance(to next: Int) {
        start = next
        position = next
        firstEnd = 0
        secondEnd = 0
    }
}
