/// An amount of money in minor units (cents): whole numbers, so that sums are exact.
public struct Money: Hashable, Comparable, Sendable {
    /// Hundredths.
    public let minorUnits: Int64

    /// The largest amount: a sum of a million of them still fits.
    public static let largest = Money(minorUnits: 999_999_999_999)

    /// - Parameter minorUnits: hundredths.
    public init(minorUnits: Int64) {
        self.minorUnits = minorUnits
    }

    /// Reads decimal digits with at most two places, such as `50000`, `19.9` or `19.99`.
    ///
    /// - Returns: nil for anything else, including signs, exponents and amounts over ``largest``.
    public init?(_ text: String) {
        let sides = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = sides.first, (1...10).contains(whole.count), whole.allSatisfy({ 48...57 ~= $0 }) else {
            return nil
        }
        var units = whole.reduce(0 as Int64) { $0 * 10 + Int64($1 - 48) } * 100
        if sides.count == 2 {
            guard (1...2).contains(sides[1].count), sides[1].allSatisfy({ 48...57 ~= $0 }) else { return nil }
            let places = sides[1].reduce(0 as Int64) { $0 * 10 + Int64($1 - 48) }
            units += sides[1].count == 1 ? places * 10 : places
        }
        guard units <= Self.largest.minorUnits else { return nil }
        minorUnits = units
    }

    /// The amount as a JSON number: without places when they are zero, else with two.
    public var json: JSON {
        let (whole, places) = minorUnits.quotientAndRemainder(dividingBy: 100)
        if places == 0 { return .integer(whole) }
        return .number("\(whole).\(places < 10 ? "0" : "")\(places)")
    }

    /// Orders by amount.
    public static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }
}
