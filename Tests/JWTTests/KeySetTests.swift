import Bytes
import Crypto
import JWT
import Testing

@Suite struct KeySetTests {
    static let kinds: [(Algorithm, KeyKind)] = [
        (.rs256, .rsa(bits: 2048)), (.rs384, .rsa(bits: 2048)), (.rs512, .rsa(bits: 2048)), (.ps256, .rsa(bits: 2048)),
        (.ps384, .rsa(bits: 2048)), (.ps512, .rsa(bits: 2048)), (.es256, .ec(.p256)), (.es384, .ec(.p384)),
        (.es512, .ec(.p521)), (.edDSA, .ed25519), (.edDSA, .ed448),
    ]

    @Test(arguments: kinds)
    func `a token signed by a private key is accepted through PEM and through a JWK Set`(
        algorithm: Algorithm, kind: KeyKind
    ) throws {
        let key = try PrivateKey.generate(kind)
        let signer = try TokenSigner(privateKey: key, algorithm: algorithm)
        let token = try signer.sign(TokenClaims(subject: "alice", expiry: now + 600))
        let exported = try KeySet(jwks: signer.verificationKeys.jwks(), allowsSecrets: false)
        #expect(exported.count == 1)
        for keys in [signer.verificationKeys, exported, try KeySet(pem: key.publicKey().pem())] {
            #expect(verdict(try makeVerifier([algorithm], keys: keys), token) == nil)
            #expect(verdict(try makeVerifier(Algorithm.allCases, keys: keys), token) == nil)
        }
        let stranger = try TokenSigner(privateKey: .generate(kind), algorithm: algorithm)
        let other = try makeVerifier([algorithm], keys: KeySet(pem: PrivateKey.generate(kind).publicKey().pem()))
        #expect(verdict(other, token) == .invalidSignature)
        #expect(verdict(try makeVerifier([algorithm], keys: stranger.verificationKeys), token) == .unknownKey)
    }

    @Test(arguments: [.hs256, .hs384, .hs512] as [Algorithm])
    func `a token signed with a secret is accepted with it, and the secret is never exported`(
        algorithm: Algorithm
    ) throws {
        let signer = try TokenSigner(secret: secret, algorithm: algorithm, id: "k1")
        let token = try signer.sign(TokenClaims(expiry: now + 600))
        #expect(verdict(try makeVerifier([algorithm], keys: signer.verificationKeys), token) == nil)
        #expect(verdict(try makeVerifier([algorithm]), token) == nil)
        #expect(signer.verificationKeys.jwks() == #"{"keys":[]}"#.bytes)
    }

    @Test func `a key that is for one algorithm does not serve another`() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let token = try TokenSigner(privateKey: key, algorithm: .ps256).sign(TokenClaims(expiry: now + 600))
        let keys = try KeySet(pem: key.publicKey().pem(), algorithm: .rs256)
        #expect(verdict(try makeVerifier([.rs256, .ps256], keys: keys), token) == .unknownKey)
        #expect(keys.hasKey(for: .rs256) && !keys.hasKey(for: .ps256))
    }

    @Test(arguments: [(.hs256, 31, 32), (.hs384, 47, 48), (.hs512, 63, 64)] as [(Algorithm, Int, Int)])
    func `a secret shorter than its hash is refused`(algorithm: Algorithm, count: Int, minimum: Int) throws {
        let short = [UInt8](repeating: 1, count: count)
        #expect(throws: KeySetError.weakSecret(minimum: minimum)) { try KeySet(secret: short, algorithm: algorithm) }
        #expect(throws: KeySetError.weakSecret(minimum: minimum)) {
            try TokenSigner(secret: short, algorithm: algorithm)
        }
        #expect(try KeySet(secret: short + [1], algorithm: algorithm).count == 1)
    }

    @Test func `a secret of 32 bytes does not check longer hashes`() throws {
        let keys = try KeySet(secret: Array(secret.prefix(32)))
        #expect(keys.hasKey(for: .hs256) && !keys.hasKey(for: .hs384) && !keys.hasKey(for: .hs512))
    }

    @Test func `keys that fit no algorithm are refused`() throws {
        let pem = try PrivateKey.generate(.ec(.p256)).publicKey().pem()
        #expect(throws: KeySetError.unsuitableKey) { try KeySet(pem: pem, algorithm: .rs256) }
        #expect(throws: KeySetError.unsuitableKey) { try KeySet(pem: pem, algorithm: .es384) }
        #expect(throws: KeySetError.unsuitableKey) { try KeySet(pem: pem, algorithm: .hs256) }
        #expect(throws: KeySetError.unsuitableKey) { try KeySet(secret: secret, algorithm: .es256) }
        #expect(throws: KeySetError.key(.invalidKey)) { try KeySet(pem: "x") }
        let key = try PrivateKey.generate(.ec(.p256))
        #expect(throws: KeySetError.key(.privateKeyGiven)) { try KeySet(pem: key.pem()) }
        #expect(throws: KeySetError.unsuitableKey) { try TokenSigner(privateKey: key, algorithm: .es384) }
        #expect(throws: KeySetError.unsuitableKey) { try TokenSigner(privateKey: key, algorithm: .hs256) }
    }

    @Test(
        arguments: [
            #""use":"enc""#, #""use":1"#, #""key_ops":["encrypt"]"#, #""key_ops":[]"#, #""key_ops":"verify""#,
            #""alg":"RS256""#, #""alg":"ECDH-ES""#, #""alg":1"#, #""kid":1"#,
        ])
    func `a JWK that is for something else is skipped`(member: String) throws {
        let jwk = try ecMembers()
        #expect(try KeySet(jwks: "{\"keys\":[{\(jwk)}]}").count == 1)
        let keys = try KeySet(jwks: "{\"keys\":[{\(jwk),\(member)},{\(jwk)}]}")
        #expect(keys.count == 1 && keys.skippedCount == 1)
    }

    @Test(
        arguments: [
            #""use":"sig""#, #""key_ops":["verify"]"#, #""key_ops":["sign","verify"]"#, #""alg":"ES256""#,
            #""kid":"a\u0062""#, #""x5c":["MII"],"x5t":"x""#, #""d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI""#,
        ])
    func `a JWK that checks signatures is taken, whatever else it has`(member: String) throws {
        #expect(try KeySet(jwks: "{\"keys\":[{\(try ecMembers()),\(member)}]}").count == 1)
    }

    @Test(
        arguments: [
            #"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#, #"{"kty":"EC","crv":"secp256k1","x":"A","y":"A"}"#,
            #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, #"{"kty":"RSA","n":"!","e":"AQAB"}"#, #"{"kty":"RSA"}"#, "{}",
            #"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#, #"{"kty":"AKP"}"#,
            #"{"kty":1}"#, #"{"kty":"oct","k":"AAAA"}"#,
        ])
    func `a weak, damaged or unknown JWK is skipped`(jwk: String) throws {
        let keys = try KeySet(jwks: #"{"keys":[\#(jwk)]}"#, allowsSecrets: true)
        #expect(keys.isEmpty && keys.skippedCount == 1)
    }

    @Test func `a secret in a JWK Set counts only where secrets are allowed`() throws {
        let copy = secret
        let encoded = String(decoding: Base64URL.encode(copy.span), as: UTF8.self)
        let jwks = #"{"keys":[{"kty":"oct","alg":"HS256","k":"\#(encoded)"}]}"#
        #expect(try KeySet(jwks: jwks).isEmpty)
        let keys = try KeySet(jwks: jwks, allowsSecrets: true)
        #expect(verdict(try makeVerifier(keys: keys), makeToken(payload: #"{"exp":1700000600}"#)) == nil)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[]"#, #"{"keys":[],"keys":[]}"#])
    func `what is no JWK Set is refused`(jwks: String) {
        #expect(throws: KeySetError.malformedSet) { try KeySet(jwks: jwks) }
    }

    @Test func `the thumbprint is that of RFC 8037 A-3`() throws {
        let point = Base64URL.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".bytes.span)!
        let key = try PublicKey(edwards: point.span, kind: .ed25519)
        #expect(key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    private func ecMembers() throws -> String {
        let (x, y) = try #require(PrivateKey.generate(.ec(.p256)).publicKey().coordinates)
        let text = { (bytes: [UInt8]) in String(decoding: Base64URL.encode(bytes.span), as: UTF8.self) }
        return #""kty":"EC","crv":"P-256","x":"\#(text(x))","y":"\#(text(y))""#
    }
}
