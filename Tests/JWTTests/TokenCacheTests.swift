import Bytes
import JWT
import Testing

@Suite struct TokenCacheTests {
    let cache = TokenCache()

    private func makePrincipal(lifetime: Int64 = 600) throws -> Principal {
        try principal(#"{"sub":"a","exp":\#(now + lifetime)}"#)
    }

    @Test func `a token is found again, whole and unchanged only`() throws {
        let principal = try makePrincipal()
        #expect(cache.lookup("token", at: 0) == nil)
        cache.insert("token", principal, at: 0)
        #expect(cache.lookup("token", at: 0) === principal)
        for other in ["", "toke", "tokeN", "token ", "tokem"] { #expect(cache.lookup(other, at: 0) == nil) }
        #expect(cache.count == 1)
    }

    @Test func `a token is remembered for a minute at most`() throws {
        cache.insert("token", try makePrincipal(), at: 100)
        #expect(cache.lookup("token", at: 159) != nil)
        #expect(cache.lookup("token", at: 160) == nil)
    }

    @Test func `a token is never remembered longer than the verifier would accept it`() throws {
        // The leeway of 30 seconds included, the verifier refuses it from second 40 on.
        let principal = try makePrincipal(lifetime: 10)
        #expect(principal.refusedFrom == now + 40)
        cache.insert("token", principal, at: 0)
        #expect(cache.lookup("token", at: 38) != nil)
        #expect(cache.lookup("token", at: 39) == nil)
        cache.insert("late", principal, at: 39)
        cache.insert("later", principal, at: 40)
        cache.insert("last", principal, at: 5000)
        for token in ["late", "later", "last"] { #expect(cache.lookup(token, at: 39) == nil) }
    }

    @Test func `an expiry in the far future is remembered for a minute too`() throws {
        let far = try principal(#"{"exp":9007199254740992}"#)
        cache.insert("token", far, at: 0)
        #expect(cache.lookup("token", at: 59) != nil)
        #expect(cache.lookup("token", at: 60) == nil)
    }

    @Test(arguments: [(0, 8), (8, 8), (100, 96), (10_000, 10_000)])
    func `the cache never holds more than its capacity`(asked: Int, capacity: Int) throws {
        let cache = TokenCache(capacity: asked)
        let principal = try makePrincipal()
        #expect(cache.capacity == capacity)
        for index in 0..<capacity * 3 {
            cache.insert("token \(index)", principal, at: UInt64(index) / 1000)
            if index % 97 == 0 { #expect(cache.lookup("token \(index)", at: 0) != nil) }
        }
        #expect(cache.count <= capacity)
        #expect(cache.count > capacity * 9 / 10)
    }

    @Test func `the oldest of a set goes first`() throws {
        let cache = TokenCache(capacity: 8)
        let principal = try makePrincipal()
        for index in 0..<9 { cache.insert("token \(index)", principal, at: UInt64(index)) }
        #expect(cache.lookup("token 0", at: 9) == nil)
        for index in 1..<9 { #expect(cache.lookup("token \(index)", at: 9) != nil) }
    }

    @Test func `a token that is inserted again takes no second place`() throws {
        let cache = TokenCache(capacity: 8)
        let (first, second) = (try makePrincipal(), try makePrincipal())
        cache.insert("token", first, at: 0)
        cache.insert("token", second, at: 30)
        #expect(cache.count == 1)
        #expect(cache.lookup("token", at: 80) === second)
    }

    @Test func `a new generation of keys forgets everything, the same one nothing`() throws {
        let principal = try makePrincipal()
        cache.adopt(generation: 1)
        cache.insert("token", principal, at: 0)
        cache.adopt(generation: 1)
        #expect(cache.lookup("token", at: 0) != nil)
        cache.adopt(generation: 2)
        #expect(cache.lookup("token", at: 0) == nil)
        cache.insert("token", principal, at: 0)
        cache.removeAll()
        #expect(cache.lookup("token", at: 0) == nil && cache.count == 0)
    }
}
