import JWT
import Testing

@Suite struct PrincipalTests {
    @Test func `registered claims are at hand`() throws {
        let principal = try principal(
            #"{"sub":"al\u00efce","iss":"shop","jti":"42","exp":1700000600.5,"name":"Alice","age":7,"vip":true}"#)
        #expect(principal.subject == "alïce".bytes)
        #expect(principal.issuer == "shop".bytes)
        #expect(principal.tokenID == "42".bytes)
        #expect(principal.expiry == 1_700_000_601)
        #expect(principal.refusedFrom == 1_700_000_631)
        #expect(principal.text("sub") == "alïce")
        #expect(principal.text("name") == "Alice")
        #expect(principal.text("age") == "7")
        #expect(principal.text("vip") == "true")
        #expect(principal.text("nobody") == nil)
    }

    @Test func `a token and its session are known by keys of their ids`() throws {
        let first = try principal(#"{"exp":1700000600,"jti":"4\u0032","sid":"s"}"#)
        let second = try principal(#"{"exp":1700000600,"jti":"43","sid":"s"}"#)
        #expect(first.tokenKey == RevocationKey("42".bytes.span))
        #expect(first.sessionKey == second.sessionKey)
        #expect(first.tokenKey != second.tokenKey)
        #expect(try principal(#"{"exp":1700000600,"sid":17}"#).sessionKey == RevocationKey("17".bytes.span))
    }

    @Test(arguments: ["", #","jti":"","sid":"""#, #","sid":null"#, #","sid":["s"]"#])
    func `without ids there are no keys`(claims: String) throws {
        let principal = try principal(#"{"exp":1700000600\#(claims)}"#)
        #expect(principal.tokenKey == nil)
        #expect(principal.sessionKey == nil)
    }

    @Test func `absent claims are empty`() throws {
        let principal = try principal(#"{"exp":1700000600}"#)
        #expect(principal.subject.isEmpty && principal.issuer.isEmpty && principal.tokenID.isEmpty)
        #expect(!principal.hasScopes(["a".bytes]))
        #expect(!principal.hasAnyRole(["a".bytes]))
        #expect(principal.hasScopes([]))
        #expect(!principal.hasAnyRole([]))
    }

    @Test(
        arguments: [
            #""scope":"orders:read orders:write""#, #""scope":" orders:read   orders:write ""#,
            #""scp":["orders:read","orders:write"]"#, #""scopes":["orders:write","orders:read","x"]"#,
            #""scope":"orders:read","scp":["orders:\u0077rite"]"#,
        ])
    func `every required scope must be granted`(claim: String) throws {
        let principal = try principal(#"{"exp":1700000600,\#(claim)}"#)
        #expect(principal.hasScopes(["orders:read".bytes]))
        #expect(principal.hasScopes(["orders:write".bytes, "orders:read".bytes]))
        #expect(!principal.hasScopes(["orders:read".bytes, "admin".bytes]))
        #expect(!principal.hasScopes(["orders".bytes]))
        #expect(!principal.hasScopes(["".bytes]))
        #expect(!principal.hasScopes(["orders:read orders:write".bytes]))
    }

    @Test(
        arguments: [
            (#""roles":["customer","admin"]"#, true), (#""role":"admin""#, true), (#""role":["admin"]"#, true),
            (#""roles":"admin""#, true), (#""roles":["Admin"]"#, false), (#""roles":["admin",1]"#, false),
            (#""roles":{"admin":true}"#, false), (#""roles":["admin,customer"]"#, false), (#""roles":[]"#, false),
            (#""role":"admin customer""#, false),
        ])
    func `one of the accepted roles must be named`(claim: String, isAdmin: Bool) throws {
        let principal = try principal(#"{"exp":1700000600,\#(claim)}"#)
        #expect(principal.hasAnyRole(["auditor".bytes, "admin".bytes]) == isAdmin)
    }

    @Test(
        arguments: [
            (#""a b""#, "a b"), (#""""#, ""), ("-1.50e3", "-1.50e3"), ("false", "false"), (#"["a","b c"]"#, "a,b c"),
            ("[]", ""), (#""caf\u00e9""#, "café"), (#""a\r\nX-Admin: 1""#, nil), (#""a\u0000b""#, nil),
            (#""\u007f""#, nil),
            (#"" admin""#, nil), (#""admin ""#, nil), (#"["a,b"]"#, nil), (#"["a","b\n"]"#, nil), (#"["a",1]"#, nil),
            ("null", nil), ("{}", nil), (#"[["a"]]"#, nil), (#"["a"," b"]"#, nil), (#""\t""#, nil),
        ] as [(String, String?)])
    func `a claim becomes a header field only where it means the same there`(value: String, field: String?) throws {
        #expect(try principal(#"{"exp":1700000600,"claim":\#(value)}"#).text("claim") == field)
    }
}
