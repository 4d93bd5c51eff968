public import Bytes

/// The current time as text, composed once per second from a time that is handed in.
///
/// Belongs to one event loop, which advances it when it wakes up; a `Date` field or a log stamp is then a copy.
public struct WallClock: Sendable {
    private var second: Int64
    private var millisecond: Int
    private var date: InlineArray<29, UInt8>
    private var stamp: InlineArray<24, UInt8>

    /// - Parameter unixMilliseconds: the time since 1970.
    public init(unixMilliseconds: Int64) {
        second = 0
        millisecond = 0
        date = InlineArray(repeating: 0)
        stamp = InlineArray(repeating: 0)
        compose()
        advance(to: unixMilliseconds)
    }

    /// The time in whole seconds since 1970.
    public var unixSeconds: Int64 { second }

    /// Sets the time, which may also go back.
    public mutating func advance(to unixMilliseconds: Int64) {
        millisecond = Int(unixMilliseconds % 1000)
        var now = unixMilliseconds / 1000
        if millisecond < 0 {
            millisecond += 1000
            now -= 1
        }
        guard now != second else { return }
        second = now
        compose()
    }

    /// The time as in a `Date` field: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    public var httpDate: Span<UInt8> {
        @_lifetime(borrow self)
        get { date.span }
    }

    /// Appends the time as `1994-11-06T08:49:37.120Z` (RFC 3339).
    public func appendTimestamp(to buffer: inout ByteBuffer) {
        var text = stamp
        text.put(millisecond, digits: 3, at: 20)
        buffer.append(text.span)
    }

    /// The time of a moment as `1994-11-06T08:49:37.120Z`. Not for the request path.
    public static func timestamp(unixMilliseconds: Int64) -> String {
        var buffer = ByteBuffer()
        WallClock(unixMilliseconds: unixMilliseconds).appendTimestamp(to: &buffer)
        return buffer.readable.text
    }

    /// The system's time in milliseconds since 1970.
    public static var systemTime: Int64 { Syscalls.unixMilliseconds() }

    private mutating func compose() {
        let time = CivilTime(unixSeconds: second)
        let names = Self.names
        for index in 0..<29 { date[index] = names.template[index] }
        for index in 0..<3 {
            date[index] = names.weekdays[time.weekday * 3 + index]
            date[8 + index] = names.months[(time.month - 1) * 3 + index]
        }
        date.put(time.day, digits: 2, at: 5)
        date.put(time.year, digits: 4, at: 12)
        date.put(time.hour, digits: 2, at: 17)
        date.put(time.minute, digits: 2, at: 20)
        date.put(time.second, digits: 2, at: 23)
        for index in 0..<24 { stamp[index] = names.stamp[index] }
        stamp.put(time.year, digits: 4, at: 0)
        stamp.put(time.month, digits: 2, at: 5)
        stamp.put(time.day, digits: 2, at: 8)
        stamp.put(time.hour, digits: 2, at: 11)
        stamp.put(time.minute, digits: 2, at: 14)
        stamp.put(time.second, digits: 2, at: 17)
    }

    private static let names = (
        weekdays: Array("SunMonTueWedThuFriSat".utf8), months: Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8),
        template: Array("day, dd mon yyyy hh:mm:ss GMT".utf8), stamp: Array("yyyy-mm-ddThh:mm:ss.mmmZ".utf8)
    )
}

private func digit(_ value: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10) }

extension InlineArray where Element == UInt8 {
    fileprivate mutating func put(_ value: Int, digits: Int, at start: Int) {
        var rest = value
        for index in stride(from: start + digits - 1, through: start, by: -1) {
            self[index] = digit(rest)
            rest /= 10
        }
    }
}
