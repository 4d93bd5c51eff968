public import Synchronization

/// Numbers that many threads add to and nobody waits for: each event loop writes a block of its own, a reader sums up.
///
/// A block is written by one thread, so an addition is a plain load and store (no locked instruction), and blocks lie
/// on cache lines of their own. They are allocated at first use: ten thousand idle routes cost nearly nothing. The
/// block behind the last shard belongs to all other threads and is written with locked additions.
@safe
@usableFromInline
final class ShardedCells: @unchecked Sendable {
    @usableFromInline typealias Block = UnsafeMutablePointer<Atomic<UInt64>>

    @usableFromInline let blocks: UnsafeMutablePointer<Atomic<Block?>>
    @usableFromInline let shards: Int
    private let width: Int
    private static var cacheLine: Int { 64 }

    /// - Parameters:
    ///   - shards: how many single writers there are.
    ///   - width: how many cells each block has.
    init(shards: Int, width: Int) {
        precondition(shards >= 0 && width > 0, "cells need a width")
        self.shards = shards
        self.width = width
        unsafe blocks = .allocate(capacity: shards + 1)
        for index in 0...shards { unsafe (blocks + index).initialize(to: Atomic(nil)) }
    }

    deinit {
        for index in 0...shards { unsafe blocks[index].load(ordering: .acquiring)?.deallocate() }
        unsafe blocks.deallocate()
    }

    /// Adds to a cell of `shard`. Only the thread that owns the shard may call this. Wraps around.
    @inlinable
    func add(_ amount: UInt64, to cell: Int, shard: Int) {
        precondition(shard >= 0 && shard < shards, "no such shard")
        let known = unsafe blocks[shard].load(ordering: .acquiring)
        let block = unsafe known ?? makeBlock(at: shard)
        unsafe block[cell].store(block[cell].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Adds to a cell from any thread. Wraps around.
    func add(_ amount: UInt64, to cell: Int) {
        let known = unsafe blocks[shards].load(ordering: .acquiring)
        let block = unsafe known ?? makeBlock(at: shards)
        unsafe block[cell].wrappingAdd(amount, ordering: .relaxed)
    }

    /// The sum of a cell over all shards, as of about now.
    func sum(of cell: Int) -> UInt64 {
        precondition(cell < width, "no such cell")
        var sum: UInt64 = 0
        for index in 0...shards {
            guard let block = unsafe blocks[index].load(ordering: .acquiring) else { continue }
            sum &+= unsafe block[cell].load(ordering: .relaxed)
        }
        return sum
    }

    @usableFromInline
    func makeBlock(at index: Int) -> Block {
        let stride = MemoryLayout<Atomic<UInt64>>.stride
        let bytes = (width * stride + Self.cacheLine - 1) / Self.cacheLine * Self.cacheLine
        let block = unsafe UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.cacheLine)
            .bindMemory(to: Atomic<UInt64>.self, capacity: width)
        for cell in 0..<width { unsafe (block + cell).initialize(to: Atomic(0)) }
        let (exchanged, current) = unsafe blocks[index].compareExchange(
            expected: nil, desired: block, ordering: .acquiringAndReleasing)
        if exchanged { return unsafe block }
        unsafe block.deallocate()
        return unsafe current!
    }
}
