import JWT
import Testing

/// The tokens that RFC 7515 prints, whole.
@Suite struct TokenVectorTests {
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let lastSecond: Int64 = 1_300_819_379

    static let vectors: [(name: String, jwks: String, token: String, algorithm: Algorithm)] = [
        (
            "A.1",
            #"{"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}"#,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            .hs256
        ),
        (
            "A.2",
            #"{"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]}"#,
            "eyJhbGciOiJSUzI1NiJ9." + payload
                + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            .rs256
        ),
        (
            "A.3",
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
            "eyJhbGciOiJFUzI1NiJ9." + payload
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            .es256
        ),
    ]

    @Test(arguments: vectors)
    func `the token of RFC 7515 is accepted until its last second`(
        name: String, jwks: String, token: String, algorithm: Algorithm
    ) throws {
        let verifier = try makeVerifier(
            [algorithm], keys: KeySet(jwks: jwks, allowsSecrets: true), issuer: "joe", leeway: 0)
        #expect(verdict(verifier, token, at: Self.lastSecond) == nil)
        #expect(verdict(verifier, token, at: Self.lastSecond + 1) == .expired)
        let bytes = token.bytes
        let principal = try verifier.verify(bytes.span, at: Self.lastSecond)
        #expect(principal.issuer == "joe".bytes)
        #expect(principal.text("http://example.com/is_root") == "true")
        #expect(principal.text("exp") == "1300819380")
    }

    @Test(arguments: vectors)
    func `every other algorithm refuses the token`(
        name: String, jwks: String, token: String, algorithm: Algorithm
    ) throws {
        let others = Algorithm.allCases.filter { $0 != algorithm }
        let verifier = try makeVerifier(others, keys: KeySet(jwks: jwks, allowsSecrets: true))
        #expect(verdict(verifier, token, at: Self.lastSecond) == .algorithmNotAllowed)
    }

    @Test(arguments: vectors)
    func `a change of any one character refuses the token`(
        name: String, jwks: String, token: String, algorithm: Algorithm
    ) throws {
        let verifier = try makeVerifier([algorithm], keys: KeySet(jwks: jwks, allowsSecrets: true))
        for index in token.bytes.indices {
            var changed = token.bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(verdict(verifier, changed, at: Self.lastSecond) != nil, "at \(index)")
        }
    }
}
