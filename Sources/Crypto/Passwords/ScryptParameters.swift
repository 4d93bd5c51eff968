/// The cost of a password hash (RFC 7914): time and memory grow with each of them.
public struct ScryptParameters: Hashable, Sendable {
    /// The binary logarithm of N.
    public let costExponent: Int
    /// r: the block size.
    public let blockSize: Int
    /// p: how many blocks are mixed one after the other.
    public let parallelism: Int

    /// 32 MiB of memory and about a tenth of a second.
    public static let standard = ScryptParameters(costExponent: 15, blockSize: 8, parallelism: 1)!

    /// - Returns: nil for parameters that are out of range or take more than 256 MiB of memory.
    public init?(costExponent: Int, blockSize: Int, parallelism: Int) {
        guard (1...20).contains(costExponent), (1...32).contains(blockSize), (1...16).contains(parallelism) else {
            return nil
        }
        self.costExponent = costExponent
        self.blockSize = blockSize
        self.parallelism = parallelism
        if memory > 256 << 20 { return nil }
    }

    /// Bytes that one derivation works in.
    var memory: Int { 128 * blockSize * ((1 << costExponent) + parallelism + 2) }
}
