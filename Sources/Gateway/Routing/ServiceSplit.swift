/// Spreads the requests of a route over its services by weight.
public struct ServiceSplit: Hashable, Sendable {
    private let services: [Int]
    /// Sums of the weights up to and with each service.
    private let sums: [UInt64]

    /// - Parameter services: at least one of them with a weight.
    public init(_ services: [WeightedService]) {
        let weighted = services.filter { $0.weight > 0 }
        precondition(!weighted.isEmpty, "a split without weights")
        var sum: UInt64 = 0
        self.services = weighted.map(\.service)
        sums = weighted.map { service in
            sum += UInt64(service.weight)
            return sum
        }
    }

    /// The service for a request: its index in the configuration.
    ///
    /// - Parameter random: 64 random bits.
    @inlinable
    public func service(random: UInt64) -> Int {
        isSingle ? first : pick(random)
    }

    /// Whether there is nothing to choose.
    public var isSingle: Bool { services.count == 1 }

    /// The first service.
    public var first: Int { services[0] }

    @usableFromInline
    func pick(_ random: UInt64) -> Int {
        let point = random.multipliedFullWidth(by: sums[sums.count - 1]).high
        var index = 0
        while point >= sums[index] { index += 1 }
        return services[index]
    }
}
