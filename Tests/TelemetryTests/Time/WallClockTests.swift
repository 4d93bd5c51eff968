import Bytes
import Foundation
import Telemetry
import Testing

@Suite struct WallClockTests {
    @Test(
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59.999Z"),
            (951_782_400_007, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.007Z"),
            (1_709_251_199_999, "Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59.999Z"),
            (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.999Z"),
            (.max, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.807Z"),
            (.min, "Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00.192Z"),
        ] as [(Int64, String, String)])
    func `a time is written as HTTP and as RFC 3339 have it`(time: Int64, date: String, stamp: String) {
        let clock = WallClock(unixMilliseconds: time)
        #expect(clock.httpDate.text == date)
        #expect(WallClock.timestamp(unixMilliseconds: time) == stamp)
    }

    @Test func `advancing by days agrees with Foundation`() {
        let style = Date.ISO8601FormatStyle()
        var clock = WallClock(unixMilliseconds: 0)
        for step in 0..<3000 {
            let time = Int64(step) * 86_400_000 * 13 + Int64(step) * 7000
            clock.advance(to: time)
            var buffer = ByteBuffer()
            clock.appendTimestamp(to: &buffer)
            let expected = Date(timeIntervalSince1970: Double(time / 1000)).formatted(style).dropLast() + ".000Z"
            #expect(buffer.readable.text == expected)
            #expect(clock.unixSeconds == time / 1000)
        }
    }

    @Test func `the system's time is about now`() {
        #expect(abs(Double(WallClock.systemTime) / 1000 - Date().timeIntervalSince1970) < 60)
    }
}
