/// How many bytes of data may still be sent, on a stream or on the whole connection (RFC 9113 section 5.2).
struct FlowWindow {
    /// The window before anybody said otherwise (RFC 9113 section 6.9.2).
    static var start: Int { 65_535 }
    /// No window may be larger (RFC 9113 section 6.9.1).
    static var maximum: Int { 1 << 31 - 1 }

    /// Bytes that may be sent. Negative after the peer made its initial window smaller than what was under way.
    private(set) var available: Int

    init(_ available: Int = FlowWindow.start) {
        self.available = available
    }

    /// Changes the window by what the peer said.
    ///
    /// - Returns: false when it would exceed the maximum, which is a FLOW_CONTROL_ERROR.
    mutating func change(by increment: Int) -> Bool {
        // The sum of a 31-bit number and a 32-bit one is far from overflow.
        let changed = available + increment
        guard changed <= Self.maximum else { return false }
        available = changed
        return true
    }

    /// Counts bytes that are sent, which must be available.
    mutating func send(_ count: Int) {
        available -= count
    }
}
