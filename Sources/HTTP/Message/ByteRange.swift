/// A range of bytes within the block of a head, in half the memory of `Range<Int>`.
@usableFromInline
struct ByteRange: Sendable {
    @usableFromInline var start: UInt32
    @usableFromInline var end: UInt32

    @usableFromInline static let empty = ByteRange(start: 0, end: 0)

    @inlinable
    init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    /// A range within a block; blocks are limited far below 4 GiB, so a trap here is our bug.
    @inlinable
    init(_ range: Range<Int>) {
        start = UInt32(range.lowerBound)
        end = UInt32(range.upperBound)
    }

    @inlinable var range: Range<Int> { Int(start)..<Int(end) }
    @inlinable var count: Int { Int(end - start) }
}
