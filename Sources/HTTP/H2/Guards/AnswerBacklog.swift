/// Bytes of answers that wait because the peer asks and does not read (CVE-2019-9512, CVE-2019-9515).
///
/// What is sent goes out in order. So once as much data was sent since some moment as now waits in all, nothing waits any
/// more from before it: answers are counted in two spans of time, and the older is dropped when that moment has come.
struct AnswerBacklog {
    private var older = 0
    private var newer = 0
    /// The data that had been sent when the newer span began.
    private var beginning: UInt64 = 0

    /// Counts answers.
    ///
    /// - Parameters:
    ///   - added: bytes of answers that were appended now.
    ///   - pending: bytes of everything that waited before them.
    ///   - dataSent: bytes of data that were ever appended.
    /// - Returns: false when more than `limit` bytes of answers wait.
    @inline(__always)
    mutating func add(_ added: Int, pending: Int, dataSent: UInt64, limit: Int) -> Bool {
        if dataSent &- beginning >= UInt64(pending) {
            older = min(newer, pending)
            newer = 0
            beginning = dataSent
        }
        newer += added
        return older + newer <= limit
    }
}
