import JWT
import Testing

@Suite struct ClaimsTests {
    @Test(
        arguments: [
            (#"{"exp":1700000001}"#, nil), (#"{"exp":1699999971}"#, nil), (#"{"exp":1699999970}"#, .expired),
            (#"{"exp":1699999970.5}"#, nil), (#"{"exp":1.7000006e9}"#, nil), (#"{"exp":17000006E+2}"#, nil),
            (#"{"exp":0}"#, .expired), (#"{"exp":-1}"#, .expired), (#"{"exp":-0.5}"#, .expired),
            (#"{"exp":9007199254740992}"#, nil), (#"{"exp":9007199254740993000}"#, .malformedClaim),
            (#"{"exp":1e400}"#, .malformedClaim), (#"{"exp":-1e400}"#, .malformedClaim),
            (#"{"exp":"1700000600"}"#, .malformedClaim), (#"{"exp":null}"#, .malformedClaim),
            (#"{"exp":[1700000600]}"#, .malformedClaim), (#"{"exp":true}"#, .malformedClaim),
            ("{}", .missingExpiry), (#"{"EXP":1700000600}"#, .missingExpiry),
        ] as [(String, JWTError?)])
    func `exp is required and ends the token, with leeway`(payload: String, error: JWTError?) throws {
        #expect(verdict(try makeVerifier(), makeToken(payload: payload)) == error)
    }

    @Test(
        arguments: [
            (#""nbf":1700000030"#, nil), (#""nbf":1700000031"#, .notYetValid), (#""nbf":1700000030.5"#, .notYetValid),
            (#""nbf":0"#, nil), (#""nbf":"x""#, .malformedClaim), (#""iat":1700000030"#, nil),
            (#""iat":1700000031"#, .issuedInFuture), (#""iat":null"#, .malformedClaim),
            (#""iat":9007199254740991"#, .issuedInFuture), (#""sub":1"#, .malformedClaim),
            (#""jti":{}"#, .malformedClaim),
            (#""iss":["a"]"#, .malformedClaim),
        ] as [(String, JWTError?)])
    func `nbf and iat may not lie ahead, and claims have their types`(claim: String, error: JWTError?) throws {
        #expect(verdict(try makeVerifier(), makeToken(payload: #"{"exp":1700000600,\#(claim)}"#)) == error)
    }

    @Test(
        arguments: [
            (0, 1_700_000_599, nil), (0, 1_700_000_600, .expired), (60, 1_700_000_659, nil),
            (60, 1_700_000_660, .expired),
        ] as [(Int64, Int64, JWTError?)])
    func `the leeway is what is configured`(leeway: Int64, time: Int64, error: JWTError?) throws {
        let verifier = try makeVerifier(leeway: leeway)
        #expect(verdict(verifier, makeToken(payload: #"{"exp":1700000600}"#), at: time) == error)
    }

    @Test(
        arguments: [
            (#""iss":"shop""#, nil), (#""iss":"\u0073hop""#, nil), (#""iss":"Shop""#, .wrongIssuer),
            (#""iss":"shop ""#, .wrongIssuer), (#""iss":["shop"]"#, .wrongIssuer), (#""iss":null"#, .wrongIssuer),
            (#""sub":"shop""#, .wrongIssuer),
        ] as [(String, JWTError?)])
    func `the issuer must be exactly the one that is configured`(claim: String, error: JWTError?) throws {
        let verifier = try makeVerifier(issuer: "shop")
        #expect(verdict(verifier, makeToken(payload: #"{"exp":1700000600,\#(claim)}"#)) == error)
    }

    @Test(
        arguments: [
            (#""aud":"shop""#, nil), (#""aud":["other","shop"]"#, nil), (#""aud":["admin"]"#, nil),
            (#""aud":["\u0073hop"]"#, nil), (#""aud":[]"#, .wrongAudience), (#""aud":["SHOP"]"#, .wrongAudience),
            (#""aud":"shop,admin""#, .wrongAudience), (#""aud":["shop",1]"#, .malformedClaim),
            (#""aud":{"a":"shop"}"#, .malformedClaim), (#""aud":null"#, .malformedClaim),
            (#""iss":"x""#, .wrongAudience),
        ] as [(String, JWTError?)])
    func `one of the audiences must be configured`(claim: String, error: JWTError?) throws {
        let verifier = try makeVerifier(audiences: ["shop", "admin"])
        #expect(verdict(verifier, makeToken(payload: #"{"exp":1700000600,\#(claim)}"#)) == error)
    }

    @Test(
        arguments: [
            "", "null", "[]", "1", #""x""#, "{", "}", #"{"exp":1700000600}x"#, #"{"exp":1700000600,}"#, #"{'exp':1}"#,
            #"{"exp":01700000600}"#, #"{"exp":+1}"#, #"{"exp":1.}"#, #"{"exp":.5}"#, #"{"exp":1e}"#, #"{"exp":0x10}"#,
            #"{"exp":NaN}"#, #"{"exp":1700000600,"a":tru}"#, #"{"exp":1700000600 "a":1}"#, #"{exp:1700000600}"#,
            #"{"exp":1700000600,"a":"\x"}"#, #"{"exp":1700000600,"a":"\ud800"}"#, #"{"exp":1700000600,"a":"\udc00"}"#,
            #"{"exp":1700000600,"a":"\ud800\u0041"}"#, #"{"exp":1700000600,"a":"\u12"}"#,
            "{\"exp\":1700000600,\"a\":\"\n\"}",
            #"{"exp":1700000600,"a":[1,]}"#, #"{"exp":1700000600,"a":[1}"#, #"{"exp":1700000600,"a"}"#,
            #"{"exp":1700000600}{}"#,
            "\u{FEFF}{\"exp\":1700000600}", #"{"exp":1700000600,"a":"\"#, #"{"exp":1700000600,"a":"\u00"#, "{/**/}",
        ])
    func `a payload that is no JSON object is refused`(payload: String) throws {
        #expect(verdict(try makeVerifier(), makeToken(payload: payload)) == .malformed)
    }

    @Test func `nesting is limited and does not exhaust the stack`() throws {
        let verifier = try makeVerifier()
        let nested = { (depth: Int) in
            #"{"exp":1700000600,"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                + "}"
        }
        #expect(verdict(verifier, makeToken(payload: nested(16))) == nil)
        #expect(verdict(verifier, makeToken(payload: nested(17))) == .malformed)
        #expect(
            verdict(verifier, makeToken(payload: #"{"exp":1700000600,"a":"# + String(repeating: "[", count: 5000)))
                == .malformed)
    }

    @Test func `white space is allowed where JSON has it`() throws {
        let payload = " \t\r\n{ \"exp\" : 1700000600 , \"a\" : [ 1 , 2 ] , \"b\" : { } } \n"
        #expect(verdict(try makeVerifier(), makeToken(payload: payload)) == nil)
    }
}
