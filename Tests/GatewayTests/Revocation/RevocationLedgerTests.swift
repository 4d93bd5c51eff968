import JWT
import Testing

@testable import Gateway

struct RevocationLedgerTests {
    private static func key(_ id: String) -> RevocationKey { RevocationKey(Array(id.utf8).span) }

    private static func page(next: UInt64, _ entries: (String, Int64)...) throws -> RevocationPage {
        let list = entries.map { #"{"id": "\#($0)", "expires": \#($1)}"# }.joined(separator: ",")
        return try #require(RevocationPage(parsing: Array(#"{"next": \#(next), "revoked": [\#(list)]}"#.utf8)))
    }

    @Test func `what was told is kept until it expires`() throws {
        var ledger = RevocationLedger()
        let hasChanged = ledger.take(try Self.page(next: 2, ("a", 100), ("b", 200)), limit: 10, now: 50)
        #expect(hasChanged)
        #expect(ledger.next == 2)
        #expect(ledger.set.contains(Self.key("a")))
        #expect(!ledger.set.contains(Self.key("c")))
        let stays99 = ledger.expire(at: 99)
        #expect(!stays99)
        let goes100 = ledger.expire(at: 100)
        #expect(goes100)
        #expect(!ledger.set.contains(Self.key("a")))
        #expect(ledger.set.contains(Self.key("b")))
        let goes200 = ledger.expire(at: 200)
        #expect(goes200)
        #expect(ledger.count == 0)
        let stays1000 = ledger.expire(at: 1000)
        #expect(!stays1000)
    }

    @Test func `what is told twice is one entry, and lasts as long as the longer`() throws {
        var ledger = RevocationLedger()
        let changes = [
            ledger.take(try Self.page(next: 1, ("a", 100)), limit: 10, now: 0),
            ledger.take(try Self.page(next: 2, ("a", 90)), limit: 10, now: 0),
            ledger.take(try Self.page(next: 3, ("a", 110)), limit: 10, now: 0),
        ]
        #expect(changes == [true, false, true])
        #expect(ledger.count == 1)
        _ = ledger.expire(at: 109)
        #expect(ledger.count == 1)
        _ = ledger.expire(at: 110)
        #expect(ledger.count == 0)
    }

    @Test func `what has expired already takes no room`() throws {
        var ledger = RevocationLedger()
        let hasChanged = ledger.take(try Self.page(next: 1, ("a", 100)), limit: 10, now: 100)
        #expect(!hasChanged)
        #expect(ledger.count == 0)
        #expect(ledger.next == 1)
    }

    @Test func `beyond the limit those go that expire first`() throws {
        var ledger = RevocationLedger()
        _ = ledger.take(try Self.page(next: 3, ("a", 300), ("b", 100), ("c", 200)), limit: 3, now: 0)
        #expect(ledger.dropped == 0)
        _ = ledger.take(try Self.page(next: 5, ("d", 150), ("e", 400)), limit: 3, now: 0)
        #expect(ledger.dropped == 2)
        #expect(ledger.count == 3)
        let set = ledger.set
        #expect(["a", "b", "c", "d", "e"].map { set.contains(Self.key($0)) } == [true, false, true, false, true])
        // As soon as one has left on its own there is room again.
        let goes200 = ledger.expire(at: 200)
        #expect(goes200)
        #expect(ledger.dropped == 0)
        #expect(ledger.count == 2)
    }

    @Test func `a service that counts anew is asked for everything, and what it said still holds`() throws {
        var ledger = RevocationLedger()
        _ = ledger.take(try Self.page(next: 7, ("a", 100)), limit: 10, now: 0)
        _ = ledger.take(try Self.page(next: 2), limit: 10, now: 0)
        #expect(ledger.next == 0)
        #expect(ledger.set.contains(Self.key("a")))
    }

    @Test func `a set finds all that is in it and nothing else`() {
        let keys = (0..<5000).map { Self.key("id-\($0)") }
        let set = RevocationSet(keys)
        #expect(set.count == 5000)
        #expect(keys.allSatisfy { set.contains($0) })
        #expect((5000..<20_000).allSatisfy { !set.contains(Self.key("id-\($0)")) })
        #expect(!set.contains(nil as RevocationKey?))
        #expect(!RevocationSet.empty.contains(keys[0]))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"next": 1}"#, #"{"revoked": []}"#, #"{"next": -1, "revoked": []}"#,
        #"{"next": "1", "revoked": []}"#, #"{"next": 1, "revoked": {}}"#, #"{"next": 1, "revoked": ["a"]}"#,
        #"{"next": 1, "revoked": [{"id": "", "expires": 1}]}"#, #"{"next": 1, "revoked": [{"id": "a"}]}"#,
        #"{"next": 1, "revoked": [{"id": 7, "expires": 1}]}"#,
        #"{"next": 1, "revoked": [{"id": "a", "expires": "1"}]}"#,
        #"{"next": 1, "revoked": [{"id": "a", "expires": 1e400}]}"#, #"{"next": 1, "revoked": []} x"#,
        #"{"next": 18446744073709551616, "revoked": []}"#,
    ])
    func `what is no list of revocations is refused as a whole`(text: String) {
        #expect(RevocationPage(parsing: Array(text.utf8)) == nil)
    }

    @Test func `a page may say more than is asked, and fractions of seconds`() throws {
        let text = #"{"more": 1, "next": 3, "revoked": [{"id": "a\u0062", "expires": 1.25, "sub": "x"}]}"#
        let page = try #require(RevocationPage(parsing: Array(text.utf8)))
        #expect(page.next == 3)
        #expect(page.entries == [RevocationPage.Entry(key: Self.key("ab"), expiry: 2)])
    }
}
