import Bytes

/// HTTP/2 lets a client send its cookies in several fields, so that they compress better; everywhere else there is one
/// (RFC 9113 section 8.2.3). A field without cookies adds nothing, or the one would end in white space.
extension FieldBlock {
    /// Lengthens the last field, if it is a `Cookie`, by more cookies.
    ///
    /// - Returns: false, with nothing done, when the last field is another.
    mutating func extendLastCookie(by crumb: Span<UInt8>, isSensitive: Bool) -> Bool {
        let last = entries.count - 1
        guard last >= 0, entries[last].known == .cookie else { return false }
        let end = Int(entries[last].value.end)
        guard bytes.count == end + 2 else { return false }
        if isSensitive { entries[last].isSensitive = true }
        if crumb.isEmpty { return true }
        bytes.truncate(to: end)
        if entries[last].value.count > 0 { bytes.append("; ") }
        bytes.append(crumb)
        entries[last].value.end = UInt32(bytes.count)
        bytes.append("\r\n")
        return true
    }

    /// Makes one field at the end of what are several `Cookie` fields.
    mutating func joinCookies() {
        guard let first = firstIndex(of: .cookie), nextIndex(of: .cookie, after: first) != nil else { return }
        let start = bytes.count
        bytes.append("cookie: ")
        let valueStart = bytes.count
        var isSensitive = false
        var occurrence: Int? = first
        while let index = occurrence {
            if bytes.count > valueStart, entries[index].value.count > 0 { bytes.append("; ") }
            for position in entries[index].value.range {
                let byte = bytes.readable[position]
                bytes.append(byte)
            }
            if entries[index].isSensitive { isSensitive = true }
            occurrence = nextIndex(of: .cookie, after: index)
        }
        let end = bytes.count
        bytes.append("\r\n")
        entries.removeAll { $0.known == .cookie }
        var entry = Entry(
            name: ByteRange(start..<start + 6), value: ByteRange(valueStart..<end), known: .cookie, isVerbatim: true)
        entry.isSensitive = isSensitive
        add(entry)
    }
}
