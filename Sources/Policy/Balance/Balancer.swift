/// What a balancer knows of an endpoint.
public struct EndpointLoad: Hashable, Sendable {
    /// Requests in flight.
    public let inFlight: Int
    /// The average latency, zero when nothing is known.
    public let latency: Nanoseconds

    /// - Parameters:
    ///   - inFlight: requests in flight.
    ///   - latency: the average latency, zero when nothing is known.
    @inlinable
    public init(inFlight: Int, latency: Nanoseconds) {
        self.inFlight = inFlight
        self.latency = latency
    }
}

/// Chooses among `count` endpoints. Weights come from a function that answers zero for an endpoint that must not be
/// chosen; each function answers nil when there is none. Nothing allocates.
///
/// Weights may change between two calls for the same endpoint, as other threads take endpoints out; the choice then
/// falls on the next best one.
public enum Balancer {
    /// The less loaded of two endpoints drawn at random. When all weigh the same the two differ, which balances best;
    /// when not, each is drawn by weight, which keeps the shares.
    @inlinable
    public static func powerOfTwoChoices(
        count: Int, random: inout some RandomNumberGenerator, weight: (Int) -> UInt64, load: (Int) -> EndpointLoad
    ) -> Int? {
        var total: UInt64 = 0
        var least = UInt64.max
        var greatest: UInt64 = 0
        for index in 0..<count {
            let own = weight(index)
            guard own > 0 else { continue }
            total += own
            least = min(least, own)
            greatest = max(greatest, own)
        }
        guard let first = draw(count: count, total: total, excluding: nil, random: &random, weight: weight) else {
            return nil
        }
        let areEqual = least == greatest
        if areEqual, total == least { return first }
        let rest = areEqual ? total - least : total
        let excluded = areEqual ? first : nil
        guard let second = draw(count: count, total: rest, excluding: excluded, random: &random, weight: weight) else {
            return first
        }
        return isLighter(load(second), weight(second), than: load(first), weight(first)) ? second : first
    }

    /// The endpoint with the fewest requests in flight for its weight; any of them if there are several.
    @inlinable
    public static func leastRequest(
        count: Int, random: inout some RandomNumberGenerator, weight: (Int) -> UInt64, load: (Int) -> EndpointLoad
    ) -> Int? {
        var best: Int?
        var bestScore = Double.infinity
        var equals: UInt64 = 0
        for index in 0..<count {
            let own = weight(index)
            guard own > 0 else { continue }
            let score = Double(load(index).inFlight + 1) / Double(own)
            if score < bestScore {
                best = index
                bestScore = score
                equals = 1
            } else if score == bestScore {
                // Each of k equals is kept with a chance of 1/k, so all are as likely.
                equals += 1
                if random.next(upperBound: equals) == 0 { best = index }
            }
        }
        return best
    }

    /// Any endpoint, by weight.
    @inlinable
    public static func random(
        count: Int, random: inout some RandomNumberGenerator, weight: (Int) -> UInt64
    ) -> Int? {
        var total: UInt64 = 0
        for index in 0..<count { total += weight(index) }
        return draw(count: count, total: total, excluding: nil, random: &random, weight: weight)
    }

    /// The endpoint whose turn it is. One that warms up lets turns pass, by the share it is not due.
    ///
    /// - Parameters:
    ///   - schedule: the order, as `SmoothSchedule` makes it.
    ///   - turn: a number that grows by one with each choice.
    ///   - random: where chance comes from.
    ///   - share: the share of an endpoint's turns that it takes, in 1/256; zero when it must not be chosen.
    @inlinable
    public static func roundRobin(
        schedule: [Int], turn: UInt64, random: inout some RandomNumberGenerator, share: (Int) -> UInt64
    ) -> Int? {
        guard !schedule.isEmpty else { return nil }
        var position = Int(turn % UInt64(schedule.count))
        var fallback: Int?
        for _ in schedule {
            let index = schedule[position]
            let due = share(index)
            if due >= SlowStart.full { return index }
            if due > 0 {
                if random.next(upperBound: SlowStart.full) < due { return index }
                fallback = fallback ?? index
            }
            position = position + 1 == schedule.count ? 0 : position + 1
        }
        return fallback
    }

    /// Whether one endpoint is less loaded than another: by requests in flight for its weight, times latency when both
    /// are known.
    @inlinable
    static func isLighter(
        _ load: EndpointLoad, _ weight: UInt64, than other: EndpointLoad, _ otherWeight: UInt64
    ) -> Bool {
        let reference = Double(max(weight, otherWeight, 1))
        let own = 1 + Double(load.inFlight) * reference / Double(max(weight, 1))
        let others = 1 + Double(other.inFlight) * reference / Double(max(otherWeight, 1))
        guard load.latency > 0, other.latency > 0 else { return own < others }
        return own * Double(load.latency) < others * Double(other.latency)
    }

    /// One endpoint by weight, of a total known before.
    @inlinable
    static func draw(
        count: Int, total: UInt64, excluding excluded: Int?, random: inout some RandomNumberGenerator,
        weight: (Int) -> UInt64
    ) -> Int? {
        guard total > 0 else { return nil }
        var point = random.next(upperBound: total)
        var last: Int?
        for index in 0..<count where index != excluded {
            let own = weight(index)
            guard own > 0 else { continue }
            if point < own { return index }
            point -= own
            last = index
        }
        return last
    }
}
