import Bytes

extension Item {
    private static let durationUnits: KeyValuePairs<String, UInt64> = [
        "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
        "d": 86_400_000_000_000,
    ]
    private static let sizeUnits: KeyValuePairs<String, UInt64> = [
        "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000,
    ]
    private static let longestDuration = Nanoseconds(400 * 86_400_000_000_000)

    /// A length of time with its unit: `250ms`, `15s`, `5m`, `1h`, `1d`; at least `minimum`.
    func duration(atLeast minimum: Nanoseconds = 1_000_000) -> Nanoseconds? {
        guard let text = literal("a duration", units: Self.durationUnits, example: "s") else { return nil }
        guard let value = measure(text, in: Self.durationUnits, what: "duration", example: "15s") else { return nil }
        guard value >= minimum, value <= Self.longestDuration else {
            error(
                "\"\(text)\" is out of range: must be from \(Literal.duration(minimum)) to "
                    + Literal.duration(Self.longestDuration))
            return nil
        }
        return value
    }

    /// A number of bytes with its unit: `512B`, `64KiB`, `10MiB`, `1GB`.
    func byteCount(in range: ClosedRange<Int>) -> Int? {
        guard let text = literal("a size", units: Self.sizeUnits, example: "KiB") else { return nil }
        guard let value = measure(text, in: Self.sizeUnits, what: "size", example: "10MiB") else { return nil }
        guard let count = Int(exactly: value), range.contains(count) else {
            error(
                "\"\(text)\" is out of range: must be from \(Literal.byteCount(range.lowerBound)) to "
                    + Literal.byteCount(range.upperBound))
            return nil
        }
        return count
    }

    /// A number of bytes per second: `240B/s`, `1KiB/s`.
    func byteRate() -> Int? {
        guard let text = string() else { return nil }
        guard text.hasSuffix("/s") else {
            error("\"\(text)\" is not a byte rate", suggestion: "write it like \"240B/s\"")
            return nil
        }
        let size = String(text.dropLast(2))
        guard let value = measure(size, in: Self.sizeUnits, what: "byte rate", example: "240B/s") else { return nil }
        guard let rate = Int(exactly: value) else {
            error("\"\(text)\" is out of range")
            return nil
        }
        return rate
    }

    /// The text of a literal with a unit; a bare number is an error that says how to write it.
    private func literal(_ what: String, units: KeyValuePairs<String, UInt64>, example: String) -> String? {
        if case .number(let spelling) = node.kind {
            error("\(what) needs a unit, \(spelling) has none", suggestion: "write it like \"\(spelling)\(example)\"")
            return nil
        }
        return string()
    }

    private func measure(
        _ text: String, in units: KeyValuePairs<String, UInt64>, what: String, example: String
    ) -> UInt64? {
        guard let literal = UnitLiteral(text) else {
            error("\"\(text)\" is not a \(what)", suggestion: "write it like \"\(example)\"")
            return nil
        }
        guard let unit = units.first(where: { $0.key == literal.unit }) else {
            let known = units.map(\.key).joined(separator: ", ")
            let problem = literal.unit.isEmpty ? "has no unit" : "has the unknown unit \"\(literal.unit)\""
            error("the \(what) \"\(text)\" \(problem)", suggestion: "units are \(known)")
            return nil
        }
        guard let value = literal.multiplied(by: unit.value) else {
            error("\"\(text)\" is out of range")
            return nil
        }
        return value
    }
}
