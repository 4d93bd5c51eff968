import Bytes

extension FieldBlock {
    /// Appends a field.
    ///
    /// Control characters in the value, which a peer over HTTP/2 could try to smuggle, become spaces (RFC 9110
    /// section 5.5).
    ///
    /// - Returns: false, with nothing appended, when the name is not a token.
    @discardableResult
    public mutating func append(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        guard FieldSyntax.isToken(name) else { return false }
        let start = bytes.count
        bytes.append(name)
        append(value: value, nameStart: start, known: KnownField(name: name))
        return true
    }

    /// Appends a known field. The block must not be given ``KnownField/other``, which has no name.
    public mutating func append(_ known: KnownField, value: Span<UInt8>) {
        precondition(known != .other, "a field without a name")
        let start = bytes.count
        if FieldSyntax.isValue(value) {
            appendLine(known, value)
        } else {
            bytes.append(known.spelling)
            append(value: value, nameStart: start, known: known)
        }
    }

    /// Appends a known field whose value is a literal.
    public mutating func append(_ known: KnownField, value: StaticString) {
        precondition(known != .other, "a field without a name")
        value.withSpan { appendLine(known, $0) }
    }

    /// Appends a known field whose value is a decimal number.
    public mutating func append(_ known: KnownField, value: UInt64) {
        precondition(known != .other, "a field without a name")
        let start = bytes.count
        bytes.append(known.spelling)
        bytes.append(": ")
        let valueStart = bytes.count
        bytes.append(decimal: value)
        close(nameStart: start, valueStart: valueStart, known: known)
    }

    /// Appends field number `index` of another block, which is valid already.
    public mutating func append(from other: borrowing FieldBlock, at index: Int) {
        let start = bytes.count
        let entry = other.entries[index]
        let nameCount = entry.name.count
        if entry.isVerbatim {
            bytes.append(other.bytes.readable.extracting(Int(entry.name.start)..<Int(entry.value.end) + 2))
            addLine(at: start, nameCount: nameCount, known: entry.known)
        } else {
            bytes.append(other.name(at: index))
            bytes.append(": ")
            bytes.append(other.value(at: index))
            close(nameStart: start, valueStart: start + nameCount + 2, known: entry.known)
        }
        entries[entries.count - 1].isSensitive = other.isSensitive(at: index)
    }

    /// Removes one field. Those after it move up by one.
    public mutating func remove(at index: Int) {
        entries.remove(at: index)
    }

    /// Removes every occurrence of a known field.
    public mutating func removeAll(of known: KnownField) {
        let bit = Self.bit(of: known)
        guard mayHold & bit != 0 else { return }
        entries.removeAll { $0.known == known }
    }

    /// Removes every field of this name, in any case.
    public mutating func removeAll(named name: Span<UInt8>) {
        while let index = firstIndex(named: name) { entries.remove(at: index) }
    }

    /// Removes every field whose index satisfies `predicate`, in one pass.
    public mutating func removeAll(where predicate: (_ index: Int, borrowing FieldBlock) -> Bool) {
        var kept = 0
        for index in 0..<entries.count where !predicate(index, self) {
            if kept != index { entries.swapAt(kept, index) }
            kept += 1
        }
        entries.removeLast(entries.count - kept)
    }

    /// Forgets every field and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll()
        entries.removeAll(keepingCapacity: true)
        mayHold = 0
    }

    /// Forgets every field and gives the memory back; the block stays usable.
    public mutating func releaseStorage() {
        bytes.releaseStorage()
        entries = []
        mayHold = 0
    }

    private mutating func append(value: Span<UInt8>, nameStart: Int, known: KnownField) {
        bytes.append(": ")
        let valueStart = bytes.count
        if FieldSyntax.isValue(value) {
            bytes.append(value)
        } else {
            for index in value.indices { bytes.append(FieldSyntax.isValueByte(value[index]) ? value[index] : 0x20) }
        }
        close(nameStart: nameStart, valueStart: valueStart, known: known)
    }

    /// Appends a line whose value is known to be one.
    private mutating func appendLine(_ known: KnownField, _ value: Span<UInt8>) {
        let start = bytes.count
        bytes.appendFieldLine(name: known.spelling, value: value)
        addLine(at: start, nameCount: known.spelling.utf8CodeUnitCount, known: known)
    }

    /// Adds the field whose line is the last of the block, from `start` on.
    private mutating func addLine(at start: Int, nameCount: Int, known: KnownField) {
        add(
            Entry(
                name: ByteRange(start..<start + nameCount), value: ByteRange(start + nameCount + 2..<bytes.count - 2),
                known: known, isVerbatim: true))
    }

    /// Ends the field whose bytes are the last of the block.
    private mutating func close(nameStart: Int, valueStart: Int, known: KnownField) {
        let valueEnd = bytes.count
        bytes.append("\r\n")
        add(
            Entry(
                name: ByteRange(nameStart..<valueStart - 2), value: ByteRange(valueStart..<valueEnd), known: known,
                isVerbatim: true))
    }

    /// Adds a field to the index whose bytes are in the block, or are appended before anyone looks.
    mutating func add(_ entry: Entry) {
        entries.append(entry)
        mayHold |= Self.bit(of: entry.known)
    }
}
