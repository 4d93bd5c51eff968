/// A number in decimal digits, without memory of its own.
struct Decimal {
    private var digits = InlineArray<20, UInt8>(repeating: 0)
    private var first = 20

    init(_ number: UInt64) {
        var rest = number
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// The digits.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { digits.span.extracting(first..<20) }
    }
}
