import Bytes

/// The field lines of a head or trailer, parsed as they arrive (RFC 9112 section 5).
///
/// Lines enter the index of the block at once, and their bytes in one copy at the end of each call.
struct FieldSection: Sendable {
    private var cursor = LineCursor()
    /// The section's first byte in the input.
    private var start = 0
    /// Where the section's first byte is, or would be, in the block.
    private var base = 0
    /// Bytes of the input up to here are in the block.
    private var copied = 0

    /// Begins a section at `position` of the input, to be appended to `fields`.
    mutating func begin(at position: Int, in fields: borrowing FieldBlock) {
        cursor.advance(to: position)
        start = position
        base = fields.bytes.count
        copied = position
    }

    /// Parses on.
    ///
    /// - Returns: the position after the section, nil when more is needed. After an error the block is empty.
    mutating func parse(
        _ input: Span<UInt8>, into fields: inout FieldBlock, limits: HeadLimits
    ) throws(H1Error) -> Int? {
        let limit = start + limits.fieldBytes
        do throws(H1Error) {
            let end = try lines(input, to: min(input.count, limit), into: &fields, limits: limits)
            if end == nil, input.count >= limit { throw .fieldsTooLarge }
            if copied < cursor.start { fields.bytes.append(input.extracting(copied..<cursor.start)) }
            copied = cursor.start
            return end
        } catch {
            fields.removeAll()
            throw error
        }
    }

    private mutating func lines(
        _ input: Span<UInt8>, to end: Int, into fields: inout FieldBlock, limits: HeadLimits
    ) throws(H1Error) -> Int? {
        // The line at hand in fast steps; the cursor knows the ones before, and a cut one in detail.
        var outcome =
            cursor.isFresh
            ? try FieldLine.parse(input, from: cursor.start, to: end) : try FieldLine.resume(input, &cursor, to: end)
        while true {
            switch outcome {
            case .field(let line):
                guard fields.count < limits.fieldCount else { throw .tooManyFields }
                fields.add(entry(of: line, in: input))
                cursor.advance(to: line.next)
                outcome = try FieldLine.parse(input, from: line.next, to: end)
            case .end(let next):
                return next
            case .cut:
                if cursor.isFresh { _ = try FieldLine.resume(input, &cursor, to: end) }
                return nil
            }
        }
    }

    @inline(__always)
    private func entry(of line: FieldLine, in input: Span<UInt8>) -> FieldBlock.Entry {
        let offset = base - start
        return FieldBlock.Entry(
            name: ByteRange(line.name.lowerBound + offset..<line.name.upperBound + offset),
            value: ByteRange(line.value.lowerBound + offset..<line.value.upperBound + offset),
            known: KnownField(name: input.extracting(line.name)),
            isVerbatim: line.isVerbatim)
    }
}
