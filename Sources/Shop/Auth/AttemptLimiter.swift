import Reactor
import SQLite
import ServiceKit

/// Slows down who guesses: at one account from however many addresses, and from one address at however many accounts.
///
/// Token buckets in the database, which all instances share. Each is one number, the second at which it will be full.
struct AttemptLimiter: Sendable {
    let database: Database

    /// What attempts are counted by.
    struct Bucket: Hashable, Sendable {
        let name: String
        /// How many there may be at once.
        let attempts: Int64
        /// Seconds until there may be one more.
        let interval: Int64

        /// Attempts at an account of a user: ten at once, then one every thirty seconds.
        static func user(_ account: String) -> Bucket { Bucket(name: "user " + account, attempts: 10, interval: 30) }

        /// Attempts at an account of a service, as many.
        static func service(_ name: String) -> Bucket { Bucket(name: "service " + name, attempts: 10, interval: 30) }

        /// Attempts from the address that `request` came from: a hundred at once, then one every five seconds. Behind one
        /// address may be many people; those who sign in get theirs back.
        ///
        /// - Returns: nil when it is not known, which is so for those who do not come through the gateway.
        static func address(of request: ServiceRequest) -> Bucket? {
            // The gateway removes what clients send under this name.
            guard let address = request.field("x-real-ip").flatMap({ InternetAddress($0) }) else { return nil }
            // Of IPv6 a subscriber has a /64.
            let network = address.isIPv4 ? address : InternetAddress(high: address.high, low: 0)
            return Bucket(name: "address \(network)", attempts: 100, interval: 5)
        }
    }

    /// Takes an attempt from each of `buckets`, or from none. It is taken before the secret is looked at, or many guesses at
    /// once would all find one left.
    ///
    /// - Throws: 429 when one of them is empty.
    func take(_ buckets: [Bucket], at now: Int64) async throws {
        try await database.write { context in
            // Here is where the table would grow, so here it is tidied.
            try context.run("DELETE FROM attempts WHERE full_at <= ?", .integer(now))
            for bucket in buckets {
                let next = try Self.fullAt(bucket, in: context).map { max($0, now) } ?? now
                let wait = next + bucket.interval - now - bucket.attempts * bucket.interval
                guard wait <= 0 else {
                    throw Problem.tooManyRequests("Too many attempts to sign in.", retryAfter: Int(wait))
                }
                try Self.set(bucket, fullAt: next + bucket.interval, in: context)
            }
        }
    }

    /// Gives an attempt back to each of `buckets` and fills `own`, since whoever made it is who they say.
    static func giveBack(_ buckets: [Bucket], filling own: Bucket, in context: borrowing WriteContext) throws {
        for bucket in buckets where bucket != own {
            guard let fullAt = try fullAt(bucket, in: context) else { continue }
            try set(bucket, fullAt: fullAt - bucket.interval, in: context)
        }
        try context.run("DELETE FROM attempts WHERE bucket = ?", .text(own.name))
    }

    private static func fullAt(_ bucket: Bucket, in context: borrowing WriteContext) throws -> Int64? {
        try context.first("SELECT full_at FROM attempts WHERE bucket = ?", .text(bucket.name)) { $0.integer(0) }
    }

    private static func set(_ bucket: Bucket, fullAt: Int64, in context: borrowing WriteContext) throws {
        try context.run(
            """
            INSERT INTO attempts (bucket, full_at) VALUES (?1, ?2)
            ON CONFLICT (bucket) DO UPDATE SET full_at = excluded.full_at
            """, .text(bucket.name), .integer(fullAt))
    }
}
