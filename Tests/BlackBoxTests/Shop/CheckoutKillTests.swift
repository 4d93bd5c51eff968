import Foundation
import Testing

/// Processes are killed in the middle of checkouts, hundreds of times, in an order that a seed decides:
///
///     SHOP_KILL_SEED=7 SHOP_KILLS=1000 swift test --filter CheckoutKillTests
@Suite struct CheckoutKillTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func `however often orders, inventory and the gateway are killed, the books agree`() throws {
        let seed = Self.number("SHOP_KILL_SEED") ?? .random(in: 1...999_999)
        let kills = Self.number("SHOP_KILLS") ?? 300
        print("SHOP_KILL_SEED=\(seed) SHOP_KILLS=\(kills)")
        var random = SeededGenerator(seed: seed)
        let shop = try KilledShop()
        let buyers = try shop.startBuyers(9, seed: seed)
        for _ in 1...kills {
            // Long enough for some orders to go through, short enough for most to be hit.
            usleep(.random(in: 10_000...150_000, using: &random))
            try shop.kill(.random(using: &random))
        }
        let told = try buyers.stop()
        #expect(told["failures"].array.isEmpty, "\(told["failures"])\n\(shop.logs)")
        // What was left lying is taken up again by whoever is there now; payments without an answer take their time.
        _ = try becomesTrue(within: 60) { try shop.audit()["open"].int == 0 }

        let audit = try shop.audit()
        print("after \(kills) kills: \(audit), \(told["repeats"]) repetitions")
        #expect(audit["open"].int == 0, "\(shop.logs)")
        #expect(audit["wrong"].array.isEmpty, "seed \(seed): \(audit["wrong"])\n\(shop.logs)")
        // The test is only worth something if orders went through, and if kills hit their steps.
        #expect((audit["orders"]["paid"].int ?? 0) >= 20)
        for step in ["reserving", "charging", "completing"] {
            #expect((audit["resumed"][step].int ?? 0) > 0, "no kill hit \(step)")
        }
    }
}

/// The same numbers for the same seed: SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
