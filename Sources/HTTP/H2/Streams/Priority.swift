import Bytes

/// How urgent a response is to its client (RFC 9218 section 4). A hint: nothing has to follow from it.
public struct Priority: Hashable, Sendable {
    /// From 0, the most urgent, to 7; 3 when nothing was said.
    public private(set) var urgency: UInt8 = 3
    /// Whether the client can use parts of the response as they come.
    public private(set) var isIncremental = false

    /// What holds when nothing was said.
    public init() {}

    /// Reads the value of `Priority` or of PRIORITY_UPDATE: a dictionary such as `u=1, i` (RFC 8941 section 3.2).
    ///
    /// Members that are unknown, out of range or not well-formed are as if they were not there.
    public init(_ value: Span<UInt8>) {
        var list = ListElements()
        while let range = list.next(in: value) {
            let member = value.extracting(range)
            guard !member.isEmpty else { continue }
            switch member[0] {
            case UInt8(ascii: "u"): readUrgency(member)
            case UInt8(ascii: "i"): readIncremental(member)
            default: break
            }
        }
    }

    private mutating func readUrgency(_ member: Span<UInt8>) {
        guard member.count == 3, member[1] == UInt8(ascii: "=") else { return }
        let digit = member[2] &- UInt8(ascii: "0")
        if digit <= 7 { urgency = digit }
    }

    private mutating func readIncremental(_ member: Span<UInt8>) {
        if member.count == 1 || member.equals("i=?1") {
            isIncremental = true
        } else if member.equals("i=?0") {
            isIncremental = false
        }
    }
}
