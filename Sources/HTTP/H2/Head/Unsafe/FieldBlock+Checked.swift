import Bytes

extension FieldBlock {
    /// Appends a field whose name and value have been checked, in the form of HTTP/1: forwarding it there copies it as part
    /// of a run.
    mutating func append(checkedName name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        let start = bytes.count
        let valueStart = start + name.count + 2
        let valueEnd = valueStart + value.count
        let length = valueEnd + 2 - start
        // The four parts of a line under one check for room.
        _ = unsafe bytes.fill(atLeast: length) { free in
            unsafe name.withUnsafeBytes { unsafe free.copyMemory(from: $0) }
            unsafe free.storeBytes(of: UInt16(bigEndian: 0x3A20), toByteOffset: name.count, as: UInt16.self)
            unsafe value.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: free[(name.count + 2)...]).copyMemory(from: $0)
            }
            unsafe free.storeBytes(of: UInt16(bigEndian: 0x0D0A), toByteOffset: length - 2, as: UInt16.self)
            return length
        }
        var entry = Entry(
            name: ByteRange(start..<valueStart - 2), value: ByteRange(valueStart..<valueEnd), known: facts.known,
            isVerbatim: true)
        entry.isSensitive = facts.isSensitive
        add(entry)
    }
}
