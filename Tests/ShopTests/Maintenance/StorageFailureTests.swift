import Foundation
import HTTP
import SQLite
import ServiceKit
import Telemetry
import Testing

@testable import Shop

/// What clients and the log are told when the storage fails.
@Suite struct StorageFailureTests {
    private let seller = Caller(subject: "1")
    private let draft = #"{"name": "Kettle", "price": 39.5, "category": "Kitchen"}"#

    private func log(of service: TestService) throws -> String {
        service.logger.flush()
        return try String(contentsOfFile: service.folder + "/log", encoding: .utf8)
    }

    @Test func `a full disk is 507, and reading goes on`() async throws {
        let service = try await TestService(isSeeded: true) { ProductsHandler($0) }
        try await service.database.write { context in
            _ = try context.rows("PRAGMA max_page_count = 1") { $0.integer(0) }
        }
        let large = String(repeating: "All of it. ", count: 400)
        let body = #"{"name": "Book", "price": 1, "category": "Books", "description": "\#(large)"}"#
        var statuses: Set<Int> = []
        for _ in 0..<20 { statuses.insert(await service.send(.post, "/products", body, as: seller).status) }
        #expect(statuses.contains(507))
        #expect(statuses.isSubset(of: [201, 507]))
        #expect(await service.send(.get, "/products", as: seller).status == 200)
        let log = try log(of: service)
        #expect(log.contains(#""status":507"#))
        #expect(log.contains("database or disk is full"))
    }

    @Test func `a damaged file is 503, and nothing traps`() async throws {
        let service = try await TestService(isSeeded: true) { ProductsHandler($0) }
        let path = service.folder + "/test.db"
        // Everything into the file itself, and then noise into that; connections that read anew see it.
        try await service.database.write { context in
            _ = try context.rows("PRAGMA user_version") { $0.integer(0) }
        }
        let damaged = service.folder + "/damaged.db"
        try Database.backUp(path, to: damaged)
        let file = try #require(FileHandle(forUpdatingAtPath: damaged))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096 * 2)
        try file.write(contentsOf: Data(repeating: 0xee, count: Int(size) - 4096 * 2))
        try file.close()
        let database = try Database(existing: damaged)
        defer { database.close() }
        let context = HandlerContext(
            database: database, logger: service.logger, work: BlockingWork(width: 1, limit: 1),
            tokens: TestService.tokens, now: { 1_800_000_000 })
        let broken = try Service(ProductsHandler(context), context)
        let answer = Answer(
            await broken.respond(
                to: ServiceRequest(.get, "/products", query: "", fields: [], body: [], requestID: "1")))
        #expect(answer.status == 503)
        #expect(try log(of: service).contains(#""status":503"#))
    }

    @Test func `a file that another process keeps locked is 503, and reading goes on`() async throws {
        let service = try await TestService(isSeeded: true) { ProductsHandler($0) }
        var options = Database.Options()
        options.busyTimeout = .milliseconds(1)
        let impatient = try Database(
            path: service.folder + "/test.db", migrations: ProductsHandler.migrations, options: options)
        let context = HandlerContext(
            database: impatient, logger: service.logger, work: BlockingWork(width: 1, limit: 1),
            tokens: TestService.tokens, now: { 1_800_000_000 })
        let waiting = try Service(ProductsHandler(context), context)
        let token = service.token(for: seller)
        let body = draft
        let statuses = try await service.database.write { _ in
            // The lock is held as long as this closure runs.
            let done = DispatchSemaphore(value: 0)
            let statuses = Statuses()
            Task {
                let fields = [
                    HeaderField("authorization", "Bearer " + token), HeaderField("content-type", "application/json"),
                ]
                let write = ServiceRequest(
                    .post, "/products", query: "", fields: fields, body: Array(body.utf8), requestID: "1")
                let read = ServiceRequest(.get, "/products", query: "", fields: fields, body: [], requestID: "2")
                statuses.list = [await waiting.respond(to: write).status, await waiting.respond(to: read).status]
                done.signal()
            }
            done.wait()
            return statuses.list
        }
        #expect(statuses == [503, 200])
        impatient.close()
    }
}

private final class Statuses: @unchecked Sendable {
    var list: [Int] = []
}
