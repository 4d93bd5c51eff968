/// The streams that were reset from here, of which the peer may not know yet: its frames for them are no mistake
/// (RFC 9113 section 5.1). As many are remembered as may be refused
/// before that counts as abuse.
struct ResetStreams {
    private var ids: [UInt32] = []
    private var oldest = 0

    /// How many are remembered.
    static var capacity: Int { 1024 }

    mutating func insert(_ id: UInt32) {
        if ids.count < Self.capacity {
            ids.append(id)
        } else {
            ids[oldest] = id
            oldest = (oldest + 1) % Self.capacity
        }
    }

    func contains(_ id: UInt32) -> Bool { ids.contains(id) }
}
