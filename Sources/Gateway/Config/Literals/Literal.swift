import Bytes

/// Writes values the way they are written in the file.
enum Literal {
    /// `15s`, `250ms`, `5m`; nanoseconds that are no whole millisecond are rounded down.
    static func duration(_ value: Nanoseconds) -> String {
        let units: [(Nanoseconds, String)] = [
            (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"),
        ]
        for (size, unit) in units where value >= size && value % size == 0 { return "\(value / size)\(unit)" }
        return "\(value / 1_000_000)ms"
    }

    /// `10MiB`, `64KiB`, `100B`.
    static func byteCount(_ value: Int) -> String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where value >= 1 << shift {
            if value & (1 << shift - 1) == 0 { return "\(value >> shift)\(unit)" }
        }
        return "\(value)B"
    }
}
