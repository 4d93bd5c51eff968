internal import Bytes
internal import HTTP

/// How long a caller waits: the value of `grpc-timeout`, one to eight digits and a unit.
enum GRPCTimeout {
    /// Nanoseconds in each unit, the finest first.
    private static let units: InlineArray<6, (letter: UInt8, size: UInt64)> = [
        (UInt8(ascii: "n"), 1),
        (UInt8(ascii: "u"), 1000),
        (UInt8(ascii: "m"), 1_000_000),
        (UInt8(ascii: "S"), 1_000_000_000),
        (UInt8(ascii: "M"), 60_000_000_000),
        (UInt8(ascii: "H"), 3_600_000_000_000),
    ]
    private static let maxDigits = 8
    private static let maxNumber: UInt64 = 99_999_999

    /// The time that a value stands for, at most the 584 years that a word can hold; nil when it breaks the syntax.
    static func parse(_ value: Span<UInt8>) -> Nanoseconds? {
        guard (2...maxDigits + 1).contains(value.count) else { return nil }
        let last = value.count - 1
        var number: UInt64 = 0
        for index in 0..<last {
            guard ASCII.isDigit(value[index]) else { return nil }
            number = number &* 10 &+ UInt64(value[index] &- 48)
        }
        for index in units.indices where units[index].letter == value[last] {
            let (time, overflow) = number.multipliedReportingOverflow(by: units[index].size)
            return overflow ? .max : time
        }
        return nil
    }

    /// The time that a request's fields give; nil when they give none, or none that makes sense.
    static func value(in fields: borrowing FieldBlock) -> Nanoseconds? {
        guard let index = fields.firstIndex(named: name.span) else { return nil }
        return parse(fields.value(at: index))
    }

    /// Makes `left` the time that a request's fields give; nil for none.
    static func set(_ left: Nanoseconds?, in fields: inout FieldBlock, scratch: inout ByteBuffer) {
        fields.removeAll(named: name.span)
        guard let left else { return }
        scratch.removeAll()
        write(left, to: &scratch)
        fields.append(name: name.span, value: scratch.readable)
    }

    /// Writes a time in the finest unit that can hold it, rounded down: whoever is told gives up no later than we do. Never
    /// nothing at all, which some servers take for a time without end.
    static func write(_ time: Nanoseconds, to buffer: inout ByteBuffer) {
        for index in units.indices where time / units[index].size <= maxNumber {
            buffer.append(decimal: max(time / units[index].size, 1))
            buffer.append(units[index].letter)
            return
        }
        buffer.append(decimal: maxNumber)
        buffer.append(UInt8(ascii: "H"))
    }

    private static let name = Array("grpc-timeout".utf8)
}
