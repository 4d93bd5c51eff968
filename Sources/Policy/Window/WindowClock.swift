/// Divides time into buckets, ten to a window. A window is the current, unfinished bucket and the nine before it.
public struct WindowClock: Hashable, Sendable {
    /// Buckets per window.
    @usableFromInline static let buckets = 10
    /// The length of a bucket, at least a millisecond.
    @usableFromInline let width: Nanoseconds

    /// - Parameter window: the length of the window.
    public init(window: Nanoseconds) {
        width = max(window / UInt64(Self.buckets), .milliseconds(1))
    }

    /// The bucket at a point in time. Numbers wrap around after 49 days at least, by when no ring remembers them.
    @inlinable
    func bucket(at now: Nanoseconds) -> UInt32 {
        UInt32(truncatingIfNeeded: now / width)
    }

    /// Where a ring keeps a bucket.
    @inlinable
    func index(of bucket: UInt32) -> Int {
        Int(bucket % UInt32(Self.buckets))
    }

    /// How many buckets old a bucket is that the window may still hold, or nil when it holds it no more.
    @inlinable
    func age(of bucket: UInt32, at current: UInt32) -> UInt32? {
        let age = current &- bucket
        return age < UInt32(Self.buckets) ? age : nil
    }
}
