import HTTP
import Synchronization
import Testing

@testable import ServiceKit

@Suite struct AuthenticatorTests {
    /// Accepts tokens that begin with "good", until the number behind that, and counts what it verifies.
    private final class Verifier: Sendable {
        let count = Mutex(0)
        let time = Mutex<Int64>(1000)

        func advance(_ seconds: Int64) { time.withLock { $0 += seconds } }

        var verified: Int { count.withLock { $0 } }

        var authenticator: Authenticator {
            Authenticator(now: { self.time.withLock { $0 } }) { token, _ in
                self.count.withLock { $0 += 1 }
                guard token.hasPrefix("good"), let expiry = Int64(token.dropFirst(4)) else { return nil }
                return VerifiedToken(caller: Caller(subject: token), expiry: expiry)
            }
        }
    }

    private func request(_ field: String) -> ServiceRequest {
        ServiceRequest(.get, "/", fields: [HeaderField("authorization", field)])
    }

    @Test func `a token is verified once a minute`() throws {
        let verifier = Verifier()
        let authenticator = verifier.authenticator
        for _ in 0..<3 {
            #expect(try authenticator.identity(of: request("Bearer good9000"))?.subject == "good9000")
        }
        #expect(verifier.verified == 1)
        verifier.advance(59)
        _ = try authenticator.identity(of: request("Bearer good9000"))
        #expect(verifier.verified == 1)
        verifier.advance(1)
        _ = try authenticator.identity(of: request("Bearer good9000"))
        #expect(verifier.verified == 2)
    }

    @Test func `a token is not believed past its end, and another one never`() throws {
        let verifier = Verifier()
        let authenticator = verifier.authenticator
        _ = try authenticator.identity(of: request("Bearer good1010"))
        #expect(try authenticator.identity(of: request("Bearer good1009"))?.subject == "good1009")
        #expect(verifier.verified == 2)
        verifier.advance(10)
        _ = try authenticator.identity(of: request("Bearer good1010"))
        #expect(verifier.verified == 3)
    }

    @Test func `what is refused is refused each time`() throws {
        let verifier = Verifier()
        let authenticator = verifier.authenticator
        for field in ["Bearer bad", "Bearer bad", "Bearer", "Basic good9000", "", "Bearer good9000 good9000"] {
            #expect(throws: Problem.self) { try authenticator.identity(of: request(field)) != nil }
        }
        #expect(verifier.verified == 2)
        let nobody = try authenticator.identity(of: ServiceRequest(.get, "/"))
        #expect(nobody == nil)
    }

    @Test func `many tokens push out those that nobody uses`() throws {
        let verifier = Verifier()
        let authenticator = verifier.authenticator
        for number in 0..<KnownTokens.limit * 3 {
            _ = try authenticator.identity(of: request("Bearer good\(100_000 + number)"))
            _ = try authenticator.identity(of: request("Bearer good9000"))
        }
        #expect(verifier.verified == KnownTokens.limit * 3 + 1, "the one in use stays")
        _ = try authenticator.identity(of: request("Bearer good100000"))
        #expect(verifier.verified == KnownTokens.limit * 3 + 2, "the first is forgotten")
    }
}
