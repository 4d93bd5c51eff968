import Foundation
import SQLite
import Synchronization
import Testing

private let schema = [
    Migration("numbers", "CREATE TABLE numbers (id INTEGER PRIMARY KEY, value INTEGER NOT NULL UNIQUE) STRICT")
]

private struct Refused: Error {}

private func count(_ database: Database) async throws -> Int64? {
    try await database.read { try $0.first("SELECT count(*) FROM numbers") { $0.integer(0) } }
}

/// Keeps the writer busy until it is opened, so that what is queued meanwhile lands in one batch.
private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let entered = Mutex(false)

    var isOccupied: Bool { entered.withLock { $0 } }

    func wait() {
        entered.withLock { $0 = true }
        semaphore.wait()
    }

    func open() { semaphore.signal() }
}

@Suite struct GroupCommitTests {
    let folder = TemporaryFolder()

    @Test func `changes queued together share a commit, and one that fails is undone alone`() async throws {
        let path = folder.file("a.db")
        let database = try Database(path: path, migrations: schema)
        let gate = Gate()
        async let first: Void = database.write { _ in gate.wait() }
        while !gate.isOccupied { await Task.yield() }
        let outcomes = await withTaskGroup(of: (Int64, Bool).self) { group in
            for value in 0..<100 as Range<Int64> {
                group.addTask {
                    do {
                        try await database.write { context in
                            try context.run("INSERT INTO numbers (value) VALUES (?)", .integer(value))
                            if value % 10 == 0 { throw Refused() }
                            // A statement that fails after one that worked takes the first one with it.
                            if value % 10 == 1 {
                                try context.run("INSERT INTO numbers (value) VALUES (?)", .integer(value))
                            }
                        }
                        return (value, true)
                    } catch {
                        return (value, false)
                    }
                }
            }
            gate.open()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try await first
        #expect(outcomes.count == 100)
        for (value, succeeded) in outcomes { #expect(succeeded == (value % 10 > 1), "\(value)") }
        let values = try await database.read { try $0.rows("SELECT value FROM numbers ORDER BY 1") { $0.integer(0) } }
        #expect(values == (0..<100).filter { $0 % 10 > 1 })
        database.close()
    }

    @Test func `two databases on one file lose nothing`() async throws {
        let path = folder.file("a.db")
        let databases = try [Database(path: path, migrations: schema), Database(path: path, migrations: schema)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for value in 0..<400 as Range<Int64> {
                group.addTask {
                    // Reads first and writes later, which only an immediate transaction survives.
                    try await databases[Int(value % 2)].write { context in
                        let count = try context.first("SELECT count(*) FROM numbers") { $0.integer(0) } ?? 0
                        try context.run("INSERT INTO numbers (value) VALUES (?)", .integer(count))
                    }
                }
            }
            try await group.waitForAll()
        }
        for database in databases {
            #expect(try await count(database) == 400)
            database.close()
        }
    }

    @Test func `a full queue refuses at once`() async throws {
        var options = Database.Options()
        options.queueLimit = 2
        let database = try Database(path: folder.file("a.db"), migrations: schema, options: options)
        let gate = Gate()
        async let first: Void = database.write { _ in gate.wait() }
        while !gate.isOccupied { await Task.yield() }
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        try await database.write { _ in }
                        return false
                    } catch {
                        return error as? DatabaseError == .overloaded
                    }
                }
            }
            var refused = 0
            for await wasRefused in group {
                if wasRefused { refused += 1 }
                if refused == 8 { gate.open() }
            }
            return refused
        }
        try await first
        #expect(refused == 8)
    }

    @Test func `work that waited for too long is refused without being done`() async throws {
        var options = Database.Options()
        options.longestWait = .zero
        let database = try Database(path: folder.file("a.db"), migrations: schema, options: options)
        await #expect(throws: DatabaseError.overloaded) {
            try await database.write { _ = try $0.run("INSERT INTO numbers (value) VALUES (1)") }
        }
    }

    @Test func `a full disk fails the change that meets it and keeps the earlier ones`() async throws {
        let database = try Database(
            path: folder.file("a.db"),
            migrations: [
                Migration("blobs", "CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
            ])
        try await database.write { _ = try $0.run("PRAGMA max_page_count = 20") }
        try await database.write { _ = try $0.run("INSERT INTO blobs (bytes) VALUES (?)", .blob([1])) }
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write {
                _ = try $0.run("INSERT INTO blobs (bytes) VALUES (?)", .blob(Array(repeating: 7, count: 1 << 20)))
            }
        }
        #expect(error?.code?.primary == .full)
        let sizes = try await database.read { try $0.rows("SELECT length(bytes) FROM blobs") { $0.integer(0) } }
        #expect(sizes == [1])
        try await database.write { _ = try $0.run("INSERT INTO blobs (bytes) VALUES (?)", .blob([2])) }
    }

    @Test func `a lock that another process keeps is an error after the busy timeout, and reads go on`() async throws {
        let path = folder.file("a.db")
        var options = Database.Options()
        options.busyTimeout = .milliseconds(20)
        let holder = try Database(path: path, migrations: schema)
        let database = try Database(path: path, migrations: schema, options: options)
        let gate = Gate()
        async let held: Void = holder.write { _ in gate.wait() }
        while !gate.isOccupied { await Task.yield() }
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write { _ = try $0.run("INSERT INTO numbers (value) VALUES (1)") }
        }
        #expect(error?.code?.primary == .busy)
        #expect(try await count(database) == 0)
        gate.open()
        try await held
        try await database.write { _ = try $0.run("INSERT INTO numbers (value) VALUES (1)") }
        #expect(try await count(holder) == 1)
    }
}
