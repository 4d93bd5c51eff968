/// A generator of random numbers for identifiers and jitter: xoshiro256++ (https://prng.di.unimi.it), a few
/// instructions per number. Seeded by the system, one for each event loop. Never for secrets: outputs tell the state.
public struct FastRandom: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A generator that is seeded by the system.
    public init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: system.next())
        state.0 ^= system.next()
        state.1 ^= system.next()
        // Odd, so that the state is never all zero, where the generator would stay.
        state.2 = system.next() | 1
    }

    /// A generator whose numbers are the same for the same seed, for tests.
    public init(seed: UInt64) {
        var seed = seed
        func next() -> UInt64 {
            seed &+= 0x9E37_79B9_7F4A_7C15
            var mixed = seed
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        let result = (state.0 &+ state.3).rotatedLeft(23) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3.rotatedLeft(45)
        return result
    }
}

extension UInt64 {
    fileprivate func rotatedLeft(_ bits: UInt64) -> UInt64 { (self << bits) | (self >> (64 - bits)) }
}
