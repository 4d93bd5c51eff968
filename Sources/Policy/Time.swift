/// A length of monotonic time, or a point in it, in nanoseconds.
///
/// The rules of this module never read a clock: the time comes in as an argument, so that every rule is tested, and
/// fuzzed, as a plain function.
public typealias Nanoseconds = UInt64

/// The lengths of time in which defaults are written.
extension UInt64 {
    /// `count` milliseconds in nanoseconds.
    @inlinable
    static func milliseconds(_ count: UInt64) -> Nanoseconds { count * 1_000_000 }

    /// `count` seconds in nanoseconds.
    @inlinable
    static func seconds(_ count: UInt64) -> Nanoseconds { count * 1_000_000_000 }

    /// The sum, or the greatest value when it does not fit: "never" stays never.
    @inlinable
    func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The product, or the greatest value when it does not fit.
    @inlinable
    func multipliedSaturated(by other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    /// How far this point in time lies behind `earlier`, zero when it does not.
    @inlinable
    func elapsed(since earlier: UInt64) -> UInt64 { self > earlier ? self - earlier : 0 }
}
