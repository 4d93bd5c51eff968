import Bytes

extension FieldBlock {
    /// Appends a field whose name and value have been checked, in the form of HTTP/1: forwarding it there copies it as part
    /// of a run.
    mutating func append(checkedName name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        let start = bytes.count
        bytes.reserve(name.count + value.count + 4)
        bytes.append(name)
        bytes.append(": ")
        let valueStart = bytes.count
        bytes.append(value)
        let valueEnd = bytes.count
        bytes.append("\r\n")
        var entry = Entry(
            name: ByteRange(start..<valueStart - 2), value: ByteRange(valueStart..<valueEnd), known: facts.known,
            isVerbatim: true)
        entry.isSensitive = facts.isSensitive
        add(entry)
    }
}
