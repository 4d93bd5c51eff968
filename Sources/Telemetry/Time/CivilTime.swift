import Bytes

/// A moment in UTC, split into the fields of the calendar.
struct CivilTime: Equatable, Sendable {
    var year: Int
    /// From 1.
    var month: Int
    /// From 1.
    var day: Int
    /// From 0, Sunday.
    var weekday: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// - Parameter unixSeconds: seconds since 1970; clamped to the years 1 to 9999, which text can show.
    init(unixSeconds: Int64) {
        let seconds = Int(min(max(unixSeconds, -62_135_596_800), 253_402_300_799))
        let days = seconds.flooredDivision(by: 86_400)
        let time = seconds - days * 86_400
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        weekday = (days + 4) - (days + 4).flooredDivision(by: 7) * 7
        // Years that start in March, in eras of 400 years: https://howardhinnant.github.io/date_algorithms.html.
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Int {
    fileprivate func flooredDivision(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
