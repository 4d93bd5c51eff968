/// The order of a weighted round robin in which the turns of a heavy endpoint are spread, not bunched: of weights 5, 1
/// and 1 it makes A A B A C A A. The algorithm is the one of nginx.
public enum SmoothSchedule {
    /// The longest schedule; greater weights are scaled down, and count at least one turn.
    public static let longest = 4096

    /// - Parameter weights: the weight of each endpoint; those of zero get no turn.
    /// - Returns: indexes into `weights`, one per turn.
    public static func make(weights: [Int]) -> [Int] {
        let weights = scaled(weights.map { max($0, 0) })
        let total = weights.reduce(0, +)
        var current = weights.map { _ in 0 }
        return (0..<total).map { _ in
            var best: Int?
            for index in weights.indices where weights[index] > 0 {
                current[index] += weights[index]
                if best.map({ current[index] > current[$0] }) ?? true { best = index }
            }
            guard let best else { preconditionFailure("a positive sum of weights has a positive weight") }
            current[best] -= total
            return best
        }
    }

    private static func scaled(_ weights: [Int]) -> [Int] {
        let divisor = weights.reduce(0, greatestCommonDivisor)
        guard divisor > 0 else { return weights }
        let reduced = weights.map { $0 / divisor }
        let total = reduced.reduce(0.0) { $0 + Double($1) }
        guard total > Double(longest) else { return reduced }
        return reduced.map { $0 == 0 ? 0 : max(Int(Double($0) / total * Double(longest)), 1) }
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }
}
