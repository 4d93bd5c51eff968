/// How many bytes of data the peer may still send, on a stream or on the whole connection, and what it is still to be
/// granted again (RFC 9113 section 5.2).
struct ReceiveWindow {
    /// Bytes that the peer may send. Negative after the window was made smaller than what was under way.
    private(set) var allowed: Int
    /// Bytes that were used up and not granted again.
    private var owed = 0
    /// Bytes that the peer may send while nothing is owed and nothing waits to be used.
    private var size: Int

    init(_ size: Int) {
        allowed = size
        self.size = size
    }

    /// Counts bytes that came; false when they are more than were allowed.
    mutating func receive(_ count: Int) -> Bool {
        guard count <= allowed else { return false }
        allowed -= count
        return true
    }

    /// Counts bytes that came and were used up since.
    mutating func use(_ count: Int) {
        owed += count
    }

    /// What to grant now: all that is owed once it is half of the window, so that few frames do; otherwise zero.
    mutating func takeGrant() -> Int {
        guard owed > 0, owed >= size / 2 else { return 0 }
        let grant = owed
        owed = 0
        allowed += grant
        return grant
    }

    /// Makes the window another size (RFC 9113 section 6.9.2).
    mutating func resize(to newSize: Int) {
        allowed += newSize - size
        size = newSize
    }
}
