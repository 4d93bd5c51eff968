import Bytes
import Crypto
import Testing

/// The examples that the RFCs print.
@Suite struct SignatureVectorTests {
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    @Test func `the RS256 signature of RFC 7515 A-2 is valid`() throws {
        let key = try PublicKey(
            rsaModulus: decoded(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
                    + "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e"
                    + "-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NA"
                    + "co9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ), exponent: decoded("AQAB"))
        #expect(key.kind == .rsa(bits: 2048))
        let signature = decoded(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
                + "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN"
                + "9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5A"
                + "XLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")
        let input = "eyJhbGciOiJSUzI1NiJ9." + Self.payload
        #expect(key.isValid(signature, for: input.bytes, scheme: .rsaPKCS1(.sha256)))
        #expect(!key.isValid(signature, for: input.bytes, scheme: .rsaPSS(.sha256)))
        #expect(!key.isValid(signature, for: input.bytes, scheme: .rsaPKCS1(.sha384)))
        #expect(!key.isValid(signature.dropLast().map { $0 }, for: input.bytes, scheme: .rsaPKCS1(.sha256)))
    }

    @Test func `the ES256 signature of RFC 7515 A-3 is valid`() throws {
        let key = try PublicKey(
            curve: .p256, x: decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            y: decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
        let signature = decoded(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
        let input = "eyJhbGciOiJFUzI1NiJ9." + Self.payload
        #expect(key.isValid(signature, for: input.bytes, scheme: .ecdsa(.sha256)))
        #expect(!key.isValid(signature, for: (input + " ").bytes, scheme: .ecdsa(.sha256)))
    }

    @Test func `the ES512 signature of RFC 7515 A-4 is valid`() throws {
        let key = try PublicKey(
            curve: .p521,
            x: decoded(
                "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk"
            ),
            y: decoded(
                "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"
            ))
        let signature = decoded(
            "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgo"
                + "XD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn")
        #expect(key.isValid(signature, for: "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA".bytes, scheme: .ecdsa(.sha512)))
    }

    @Test func `the Ed25519 signature of RFC 8037 A-4 is valid`() throws {
        let point = decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        let key = try PublicKey(edwards: point, kind: .ed25519)
        let signature = decoded(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        #expect(key.isValid(signature, for: input.bytes, scheme: .edDSA))
        #expect(!key.isValid(signature, for: input.bytes, scheme: .ecdsa(.sha256)))
        #expect(key.edwardsPoint == point)
    }

    @Test func `the PS384 signature of RFC 7520 4-2 is valid`() throws {
        let key = try PublicKey(
            rsaModulus: decoded(
                "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRB"
                    + "SFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1"
                    + "FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mz"
                    + "SnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"
            ), exponent: decoded("AQAB"))
        let input =
            "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9."
            + "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9h"
            + "ZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3"
            + "ZXB0IG9mZiB0by4"
        let signature = decoded(
            "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6"
                + "_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrx"
                + "UeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOc"
                + "bH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw")
        #expect(key.isValid(signature, for: input.bytes, scheme: .rsaPSS(.sha384)))
        #expect(!key.isValid(signature, for: input.bytes, scheme: .rsaPKCS1(.sha384)))
    }
}
