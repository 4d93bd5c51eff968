public import Synchronization

/// Counters under small integer keys, sharded like `ShardedCells`: a key costs memory from the first time that its
/// shard counts it.
///
/// Each shard is a chain of chunks that its one writer scans and extends; what it adds is published with a release, so
/// a reader on another thread sees only complete cells.
@safe
@usableFromInline
final class KeyedCells: @unchecked Sendable {
    @usableFromInline
    @safe struct Chunk: ~Copyable {
        @usableFromInline static var width: Int { 7 }
        /// A key plus one; zero is free.
        @usableFromInline let keys: InlineArray<7, Atomic<UInt32>> = InlineArray { _ in Atomic(0) }
        @usableFromInline let counts: InlineArray<7, Atomic<UInt64>> = InlineArray { _ in Atomic(0) }
        @usableFromInline let next: Atomic<UnsafeMutablePointer<Chunk>?> = unsafe Atomic(nil)

        @usableFromInline init() {}
    }

    @usableFromInline typealias Link = UnsafeMutablePointer<Chunk>

    @usableFromInline let heads: UnsafeMutablePointer<Atomic<Link?>>
    @usableFromInline let shards: Int

    init(shards: Int) {
        self.shards = shards
        unsafe heads = .allocate(capacity: shards)
        for index in 0..<shards { unsafe (heads + index).initialize(to: Atomic(nil)) }
    }

    deinit {
        for index in 0..<shards {
            var chunk = unsafe heads[index].load(ordering: .acquiring)
            while let current = unsafe chunk {
                unsafe chunk = current.pointee.next.load(ordering: .acquiring)
                unsafe current.deallocate()
            }
        }
        unsafe heads.deallocate()
    }

    /// Adds one under `key`. Only the thread that owns the shard may call this.
    @inlinable
    func increment(_ key: UInt32, shard: Int) {
        precondition(shard >= 0 && shard < shards, "no such shard")
        var chunk = unsafe heads[shard].load(ordering: .relaxed)
        while let current = unsafe chunk {
            for cell in 0..<Chunk.width {
                let stored = unsafe current.pointee.keys[cell].load(ordering: .relaxed)
                if stored == key &+ 1 {
                    let count = unsafe current.pointee.counts[cell].load(ordering: .relaxed)
                    unsafe current.pointee.counts[cell].store(count &+ 1, ordering: .relaxed)
                    return
                }
                if stored == 0 {
                    unsafe current.pointee.counts[cell].store(1, ordering: .relaxed)
                    unsafe current.pointee.keys[cell].store(key &+ 1, ordering: .releasing)
                    return
                }
            }
            unsafe chunk = current.pointee.next.load(ordering: .relaxed)
        }
        extend(with: key, shard: shard)
    }

    /// Puts a new chunk that counts one under `key` in front of the chain.
    @usableFromInline
    func extend(with key: UInt32, shard: Int) {
        let chunk = Link.allocate(capacity: 1)
        unsafe chunk.initialize(to: Chunk())
        unsafe chunk.pointee.counts[0].store(1, ordering: .relaxed)
        unsafe chunk.pointee.keys[0].store(key &+ 1, ordering: .relaxed)
        unsafe chunk.pointee.next.store(heads[shard].load(ordering: .relaxed), ordering: .relaxed)
        unsafe heads[shard].store(chunk, ordering: .releasing)
    }

    /// The sums over all shards, by key, as of about now.
    func sums() -> [UInt32: UInt64] {
        var sums: [UInt32: UInt64] = [:]
        for index in 0..<shards {
            var chunk = unsafe heads[index].load(ordering: .acquiring)
            while let current = unsafe chunk {
                for cell in 0..<Chunk.width {
                    let stored = unsafe current.pointee.keys[cell].load(ordering: .acquiring)
                    if stored == 0 { break }
                    sums[stored - 1, default: 0] &+= unsafe current.pointee.counts[cell].load(ordering: .relaxed)
                }
                unsafe chunk = current.pointee.next.load(ordering: .acquiring)
            }
        }
        return sums
    }
}
