import Synchronization

/// A SQLite file with one writer thread and some reader threads.
///
/// ```
/// let database = try Database(path: "var/products.db", migrations: [...])
/// let id = try await database.write { try $0.insert("INSERT INTO products (name) VALUES (?)", .text(name)) }
/// let name = try await database.read { try $0.first("SELECT name FROM products WHERE id = ?", .integer(id)) { $0.text(0) } }
/// ```
///
/// A write that returned is on the disk. Several processes may use the same file. The caller's thread never blocks:
/// it is suspended, and resumes on its own executor.
public final class Database: Sendable {
    /// The path that it was opened with.
    public let path: String

    private let writes: WorkQueue<WriteJob>
    private let reads: WorkQueue<ReadJob>
    private let threads: [WorkerThread]
    /// That the file is in use; nil once it is closed.
    private let lock: Mutex<FileLock?>
    private let readers: Int
    private let gathersReads: @Sendable () -> Bool

    /// How a database works.
    public struct Options: Sendable {
        /// Threads that read.
        public var readers = 2
        /// Writes that may wait, and reads that may wait; more are refused with `overloaded`.
        public var queueLimit = 1024
        /// The most writes in one commit.
        public var batchLimit = 128
        /// How long work may wait in the queue.
        public var longestWait: Duration = .seconds(10)
        /// Whether a read that is queued now waits for `handOnReads`, which whoever says so calls soon. It is asked on the
        /// thread that queues: an event loop gathers on its own, and hands on at the end of each round, so that a reader
        /// is woken once for several reads instead of once for each.
        public var gathersReads: @Sendable () -> Bool = { false }
        /// How long to wait for another process that holds the write lock.
        public var busyTimeout: Duration = .seconds(5)

        /// The defaults.
        public init() {}
    }

    /// Opens the file, making it when it is missing, and brings it to the newest schema. Blocks: for start-up only.
    public convenience init(
        path: String, migrations: [Migration], options: Options = Options()
    ) throws(DatabaseError) {
        try DatabaseFile.prepare(path)
        try self.init(path: path, options: options) { writer throws(DatabaseError) in
            try Migrator(path: path, migrations: migrations).run(on: writer)
        }
    }

    /// Opens a file that exists, whatever its schema, and leaves that as it is. Blocks: for tools.
    public convenience init(existing path: String) throws(DatabaseError) {
        try DatabaseFile.requireExistence(path)
        try self.init(path: path, options: Options()) { _ in }
    }

    private init(
        path: String, options: Options, prepare: (Connection) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        self.path = path
        let lock = try FileLock(of: path, .shared)
        self.lock = Mutex(lock)
        writes = WorkQueue(limit: options.queueLimit)
        reads = WorkQueue(limit: options.queueLimit)
        readers = options.readers
        gathersReads = options.gathersReads
        let wait = options.longestWait
        var threads: [WorkerThread] = []
        do throws(DatabaseError) {
            let writer = try Connection.open(path, busyTimeout: options.busyTimeout)
            try prepare(writer)
            threads.append(Self.startWriter(writer, queue: writes, batchLimit: options.batchLimit, longestWait: wait))
            for _ in 0..<options.readers {
                let reader = try Connection.open(path, busyTimeout: options.busyTimeout)
                try reader.makeReadOnly()
                threads.append(Self.startReader(reader, queue: reads, longestWait: wait))
            }
        } catch {
            writes.close()
            reads.close()
            for thread in threads { thread.join() }
            throw error
        }
        self.threads = threads
    }

    private static func startWriter(
        _ connection: sending Connection, queue: WorkQueue<WriteJob>, batchLimit: Int, longestWait: Duration
    ) -> WorkerThread {
        WorkerThread {
            Writer(connection: connection, queue: queue, batchLimit: batchLimit, longestWait: longestWait).run()
        }
    }

    private static func startReader(
        _ connection: sending Connection, queue: WorkQueue<ReadJob>, longestWait: Duration
    ) -> WorkerThread {
        WorkerThread {
            Reader(connection: connection, queue: queue, longestWait: longestWait).run()
        }
    }

    deinit {
        // The threads own their connections: they finish what is queued, and end.
        writes.close()
        reads.close()
    }

    /// Changes the database.
    ///
    /// The change is kept as a whole when `body` returns and undone as a whole when it throws. It shares a commit with
    /// the changes queued beside it, but not their fate. `body` must not begin or end transactions.
    ///
    /// - Throws: what `body` threw, or a `DatabaseError`; then nothing of it is kept.
    public func write<Output: Sendable>(
        _ body: @escaping @Sendable (borrowing WriteContext) throws -> Output
    ) async throws -> Output {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Output, any Error>) in
            let job = WriteJob(
                queued: .now,
                attempt: { connection in
                    let result = Result { try body(WriteContext(connection: connection)) }
                    return WriteJob.Attempt(error: result.error) { failure in
                        if let failure {
                            continuation.resume(throwing: failure)
                        } else {
                            continuation.resume(with: result)
                        }
                    }
                },
                refuse: { continuation.resume(throwing: $0) })
            switch writes.offer(job) {
            case .taken: break
            case .full: job.refuse(.overloaded)
            case .closed: job.refuse(.closed)
            }
        }
    }

    /// Reads from the database, all of it as of one moment that is not before the last acknowledged write.
    ///
    /// - Throws: what `body` threw, or a `DatabaseError`.
    public func read<Output: Sendable>(
        _ body: @escaping @Sendable (borrowing ReadContext) throws -> Output
    ) async throws -> Output {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Output, any Error>) in
            let job = ReadJob(
                queued: .now,
                attempt: { connection in
                    continuation.resume(with: Result { try body(ReadContext(connection: connection)) })
                },
                refuse: { continuation.resume(throwing: $0) })
            switch reads.offer(job, quietly: gathersReads()) {
            case .taken: break
            case .full: job.refuse(.overloaded)
            case .closed: job.refuse(.closed)
            }
        }
    }

    /// Lets readers begin with what was gathered.
    public func handOnReads() {
        reads.wake(atMost: readers)
    }

    /// Finishes what is queued, then closes the file. Blocks: for the end of the process. To be called once.
    public func close() {
        writes.close()
        reads.close()
        for thread in threads { thread.join() }
        lock.withLock { $0 = nil }
    }
}

extension Result {
    /// The error, or nil.
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
