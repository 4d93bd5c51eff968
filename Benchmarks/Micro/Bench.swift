import Allocations

/// Runs operations many times, prints what one takes, and remembers which kept no promise.
struct Bench {
    /// Only operations whose name contains this run.
    let filter: String
    private(set) var broken: [String] = []
    private(set) var nanoseconds: [String: Double] = [:]

    private static let samples = 15
    private static let sampleLength = Duration.milliseconds(20)

    init(filter: String) {
        self.filter = filter
        print("\("operation".padded(to: 50)) \("ns/op".aligned(to: 10)) \("fastest".aligned(to: 10)) mallocs/op")
    }

    /// Measures an operation: the median and the fastest of several samples, and its allocations.
    ///
    /// - Parameters:
    ///   - allocations: how many an operation may make.
    ///   - body: the operation.
    mutating func measure(_ name: String, allocations ceiling: Double = 0, _ body: () throws -> Void) rethrows {
        guard filter.isEmpty || name.contains(filter) else { return }
        let clock = ContinuousClock()
        // Long enough to time, and to fill caches and tables on the way.
        var count = 1
        while true {
            let taken = try clock.measure { for _ in 0..<count { try body() } }
            if taken >= Self.sampleLength { break }
            count *= 2
        }
        let before = allocation_count()
        for _ in 0..<count { try body() }
        let allocations = Double(allocation_count() - before) / Double(count)
        var times: [Double] = []
        times.reserveCapacity(Self.samples)
        for _ in 0..<Self.samples {
            let taken = try clock.measure { for _ in 0..<count { try body() } }
            times.append(taken / .nanoseconds(1) / Double(count))
        }
        times.sort()
        nanoseconds[name] = times[Self.samples / 2]
        report(name, median: times[Self.samples / 2], fastest: times[0], allocations: allocations)
        // What happens once in a thousand operations, such as a table that grows, is not what the ceiling is about.
        if allocations > ceiling + 0.001 {
            broken.append("\(name): \(allocations.text(digits: 3)) allocations, at most \(ceiling.text(digits: 0))")
        }
    }

    /// Promises that one operation takes at most `factor` times as long as another.
    mutating func compare(_ name: String, with other: String, atMost factor: Double) {
        guard let left = nanoseconds[name], let right = nanoseconds[other] else { return }
        print("\(name): \((left / right).text(digits: 2)) times \(other), at most \(factor.text(digits: 1))")
        if left > right * factor { broken.append("\(name) depends on more than the path") }
    }

    private func report(_ name: String, median: Double, fastest: Double, allocations: Double) {
        let columns = [median.text(digits: 1), fastest.text(digits: 1), allocations.text(digits: 2)]
        print(name.padded(to: 50), columns.map { $0.aligned(to: 10) }.joined(separator: " "))
    }
}

/// Keeps the optimiser from leaving out what makes `value`.
@inline(never)
func use<Value>(_ value: Value) {}

extension Double {
    /// The number with so many digits after the point.
    func text(digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((self * scale).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = "\(scaled % Int(scale))"
        return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func aligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
