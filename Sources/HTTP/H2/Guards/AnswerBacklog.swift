/// Bytes of answers that wait because the peer asks and does not read (CVE-2019-9512, CVE-2019-9515).
struct AnswerBacklog {
    private var waiting = 0

    /// Counts `added` bytes of answers, before which `pending` bytes of everything waited. What waits is no more than
    /// that: a peer that reads brings the count down.
    ///
    /// - Returns: false when more than `limit` bytes of answers wait.
    @inline(__always)
    mutating func add(_ added: Int, pending: Int, limit: Int) -> Bool {
        waiting = min(waiting, pending) + added
        return waiting <= limit
    }
}
