import Foundation
import SQLite
import Testing

@testable import ServiceKit

@Suite final class LeaseTests {
    private let folder: String
    private let database: Database

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lease-\(UUID().uuidString)").path
        database = try Database(path: folder + "/test.db", migrations: [])
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test func `a lease is held as long as its work goes on, and everybody sees it`() async throws {
        let (mine, others) = (try Leases(beside: database), try Leases(beside: database))
        let lease = try await mine.hold { lease in
            #expect(try mine.isHeld(lease))
            #expect(try others.isHeld(lease))
            try await mine.hold { #expect($0 != lease) }
            #expect(try others.isHeld(lease), "the end of other work changes nothing")
            return lease
        }
        #expect(try !mine.isHeld(lease))
        #expect(try !others.isHeld(lease))
    }

    @Test func `work that fails lets its lease go`() async throws {
        struct Failure: Error {}
        let leases = try Leases(beside: database)
        var held: Int64 = 0
        await #expect(throws: Failure.self) {
            try await leases.hold { lease in
                held = lease
                throw Failure()
            }
        }
        #expect(try !leases.isHeld(held))
    }

    @Test func `a lease ends with the process that holds it`() throws {
        let leases = try Leases(beside: database)
        // Python's own words for the lock that Leases takes.
        let script = """
            import fcntl, os, struct, sys, time
            file = open(sys.argv[1], "r+b")
            fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 77, 1, 0))
            print(os.getpid(), flush=True)
            time.sleep(60)
            """
        // Foundation's Process reads past a buffer when a process has more than a thousand descriptors, as this one may.
        let pipe = try #require(popen("exec python3 -c '\(script)' '\(database.path)-leases'", "re"))
        var line = [CChar](repeating: 0, count: 32)
        let pid = fgets(&line, 32, pipe).flatMap { pid_t(String(cString: $0).prefix { $0 != "\n" }) }
        #expect(try leases.isHeld(77))
        kill(try #require(pid), SIGKILL)
        pclose(pipe)
        #expect(try !leases.isHeld(77))
    }
}
