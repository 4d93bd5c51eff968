public import SQLite
import Synchronization

/// Numbers that are held for exactly as long as the work that took them goes on: whoever finds one in a row of the database
/// can tell whether somebody still works on that row, or died.
///
/// ```
/// try await leases.hold { lease in
///     let isMine = try await database.write { context in
///         // Writes `lease` into the row, unless `leases.isHeld` says that the one in it is alive.
///     }
/// }
/// ```
///
/// A number is the place of a locked byte in a file beside the database. The kernel lets go of the lock however the process
/// ends, at once; so there is no heartbeat to write, no clock to agree on, and no lease of a dead process to wait for. As
/// with the database itself, the processes must be on one machine.
public final class Leases: Sendable {
    private let file: LockFile
    private let numbers = Mutex(SystemRandomNumberGenerator())

    /// - Parameter database: the database whose rows hold the numbers.
    /// - Throws: `cannotOpen` when the file cannot be made beside it.
    public init(beside database: Database) throws(DatabaseError) {
        file = try LockFile(path: database.path + "-leases")
    }

    /// Runs `body` with a new number, which is held until `body` is done.
    ///
    /// - Throws: what `body` throws, or a `DatabaseError` when the kernel has no lock to give.
    public func hold<Output>(_ body: (_ lease: Int64) async throws -> Output) async throws -> Output {
        // Two processes that draw the same number are as good as impossible, and no harm: the later one draws again.
        var lease: Int64
        repeat {
            lease = numbers.withLock { Int64.random(in: 1..<Int64.max, using: &$0) }
        } while try !file.lock(lease)
        defer { file.unlock(lease) }
        return try await body(lease)
    }

    /// Whether work in any process holds `lease`.
    public func isHeld(_ lease: Int64) throws(DatabaseError) -> Bool { try file.isLocked(lease) }
}
