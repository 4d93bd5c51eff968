import Testing

@testable import Policy

@Suite struct BalancerTests {
    static let idle = EndpointLoad(inFlight: 0, latency: 0)

    /// How often each endpoint was chosen.
    func shares(of count: Int, picks: Int = 20_000, _ pick: (inout SplitMix) -> Int?) -> [Double] {
        var random = SplitMix(seed: 7)
        var counts = [Int](repeating: 0, count: count)
        for _ in 0..<picks {
            if let index = pick(&random) { counts[index] += 1 }
        }
        return counts.map { Double($0) / Double(picks) }
    }

    @Test(arguments: BalanceKind.allCases)
    func `what has no weight is never chosen, and nothing from nothing`(kind: BalanceKind) {
        func pick(_ weights: [UInt64], _ random: inout SplitMix) -> Int? {
            switch kind {
            case .powerOfTwoChoices:
                Balancer.powerOfTwoChoices(
                    count: weights.count, random: &random, weight: { weights[$0] }, load: { _ in Self.idle })
            case .leastRequest:
                Balancer.leastRequest(
                    count: weights.count, random: &random, weight: { weights[$0] }, load: { _ in Self.idle })
            case .random: Balancer.random(count: weights.count, random: &random, weight: { weights[$0] })
            case .roundRobin:
                Balancer.roundRobin(
                    schedule: Array(weights.indices), turn: random.next(), random: &random, share: { weights[$0] })
            }
        }
        var random = SplitMix(seed: 3)
        #expect(pick([], &random) == nil)
        #expect(pick([0, 0], &random) == nil)
        let some = shares(of: 4) { pick([0, 256, 0, 256], &$0) }
        #expect(some[0] == 0 && some[2] == 0 && abs(some[1] - 0.5) < 0.02 && some[1] + some[3] == 1)
        let one = shares(of: 3) { pick([0, 0, 25], &$0) }
        #expect(one == [0, 0, 1])
    }

    @Test func `of two equals the less loaded is taken always`() {
        let loads = [EndpointLoad(inFlight: 3, latency: 0), EndpointLoad(inFlight: 2, latency: 0)]
        let byLoad = shares(of: 2) {
            Balancer.powerOfTwoChoices(count: 2, random: &$0, weight: { _ in 1 }, load: { loads[$0] })
        }
        #expect(byLoad == [0, 1])
        let slow = [EndpointLoad(inFlight: 0, latency: 9000), EndpointLoad(inFlight: 2, latency: 1000)]
        let byLatency = shares(of: 2) {
            Balancer.powerOfTwoChoices(count: 2, random: &$0, weight: { _ in 1 }, load: { slow[$0] })
        }
        #expect(byLatency == [0, 1])
    }

    @Test func `the most loaded of many is never taken`() {
        let shares = shares(of: 10) {
            Balancer.powerOfTwoChoices(
                count: 10, random: &$0, weight: { _ in 256 }, load: { EndpointLoad(inFlight: $0, latency: 0) })
        }
        #expect(shares[9] == 0 && shares[0] > 0.19)
    }

    @Test func `idle endpoints get shares by weight`() {
        let weights: [UInt64] = [512, 256, 256]
        let twoChoices = shares(of: 3) {
            Balancer.powerOfTwoChoices(count: 3, random: &$0, weight: { weights[$0] }, load: { _ in Self.idle })
        }
        let random = shares(of: 3) { Balancer.random(count: 3, random: &$0, weight: { weights[$0] }) }
        for shares in [twoChoices, random] {
            #expect(abs(shares[0] - 0.5) < 0.02 && abs(shares[1] - 0.25) < 0.02)
        }
    }

    @Test func `fewest requests are counted per weight`() {
        let loads = [4, 3, 9]
        let weights: [UInt64] = [256, 256, 1024]
        var random = SplitMix(seed: 1)
        let index = Balancer.leastRequest(
            count: 3, random: &random, weight: { weights[$0] },
            load: { EndpointLoad(inFlight: loads[$0], latency: 0) })
        #expect(index == 2)
    }

    @Test func `round robin takes turns and passes over who is out`() {
        var random = SplitMix(seed: 1)
        let schedule = SmoothSchedule.make(weights: [1, 1, 1])
        let all = (0..<6).map {
            Balancer.roundRobin(schedule: schedule, turn: $0, random: &random, share: { _ in 256 })
        }
        #expect(all == [0, 1, 2, 0, 1, 2])
        let some = (0..<6).map { turn in
            Balancer.roundRobin(schedule: schedule, turn: turn, random: &random, share: { $0 == 1 ? 0 : 256 })
        }
        #expect(some == [0, 2, 2, 0, 2, 2])
    }

    @Test func `an endpoint that warms up takes its share of turns`() {
        let schedule = SmoothSchedule.make(weights: [1, 1])
        var turn: UInt64 = 0
        let shares = shares(of: 2) { random in
            turn += 1
            return Balancer.roundRobin(schedule: schedule, turn: turn, random: &random, share: { $0 == 0 ? 64 : 256 })
        }
        #expect(abs(shares[0] - 0.125) < 0.02)
    }

    @Test func `heavy endpoints' turns are spread`() {
        #expect(SmoothSchedule.make(weights: [5, 1, 1]) == [0, 0, 1, 0, 2, 0, 0])
        #expect(SmoothSchedule.make(weights: [200, 100, 0]) == [0, 1, 0])
        #expect(SmoothSchedule.make(weights: []) == [])
        #expect(SmoothSchedule.make(weights: [0, -1]) == [])
        let huge = SmoothSchedule.make(weights: [.max, .max - 2, 1])
        #expect(huge.count <= SmoothSchedule.longest + 3)
        #expect(Set(huge) == [0, 1, 2])
    }

    @Test func `the average follows an eighth at a time and fades`() {
        var average = ExponentialMovingAverage()
        #expect(average.current(now: 5) == 0)
        average.add(8_000_000, now: seconds(10))
        #expect(average.current(now: seconds(10)) == 8_000_000)
        average.add(16_000_000, now: seconds(10))
        #expect(average.value == 9_000_000)
        #expect(average.current(now: seconds(15)) == 4_500_000)
        #expect(average.current(now: seconds(12.5)) == 6_750_000)
        #expect(average.current(now: seconds(1000)) == 0)
        average.add(1_000_000, now: seconds(1000))
        #expect(average.value == 1_000_000, "old news counts for nothing")
        average.add(.max, now: .max)
        #expect(average.current(now: .max) == seconds(3600))
    }
}
