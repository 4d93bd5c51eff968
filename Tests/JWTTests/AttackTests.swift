import Bytes
import Crypto
import JWT
import Testing

/// What RFC 8725 and its readers have seen tried.
@Suite struct AttackTests {
    static let payload = #"{"sub":"alice","exp":1700000600}"#

    @Test(
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"NONE"}"#, #"{"alg":""}"#, #"{"alg":null}"#, "{}",
            #"{"alg":"hs256"}"#, #"{"alg":"HS256 "}"#, #"{"alg":["HS256"]}"#, #"{"alg":"HS384"}"#, #"{"Alg":"HS256"}"#,
            #"{"alg":"\u0000HS256"}"#,
        ])
    func `an algorithm that is not configured is refused, signed or not`(header: String) throws {
        let token = makeToken(header: header, payload: Self.payload)
        let unsigned = token.prefix { $0 != "." } + "." + Self.payload.base64url + "."
        let verifier = try makeVerifier()
        #expect(verdict(verifier, token) == .algorithmNotAllowed)
        #expect(verdict(verifier, String(unsigned)) == .algorithmNotAllowed)
    }

    @Test func `an empty signature is invalid`() throws {
        let token = #"{"alg":"HS256"}"#.base64url + "." + Self.payload.base64url + "."
        #expect(verdict(try makeVerifier(), token) == .invalidSignature)
    }

    @Test func `a public key is never an HMAC secret`() throws {
        let pem = try PrivateKey.generate(.rsa(bits: 2048)).publicKey().pem()
        let keys = try KeySet(pem: pem)
        let input = #"{"alg":"HS256"}"#.base64url + "." + Self.payload.base64url
        for text in [pem, pem.trimmingNewline] {
            let token = input + "." + code(input, secret: text.bytes)
            #expect(verdict(try makeVerifier([.rs256], keys: keys), token) == .algorithmNotAllowed)
            #expect(verdict(try makeVerifier([.rs256, .hs256], keys: keys), token) == .unknownKey)
        }
    }

    @Test func `a key of the token's own is never used`() throws {
        let attacker = try TokenSigner(privateKey: .generate(.ec(.p256)), algorithm: .es256)
        let jwk = String(decoding: attacker.verificationKeys.jwks().dropFirst(9).dropLast(2), as: UTF8.self)
        #expect(jwk.hasPrefix("{") && jwk.hasSuffix("}"))
        let own = try TokenSigner(privateKey: .generate(.ec(.p256)), algorithm: .es256).verificationKeys
        let verifier = try makeVerifier([.es256], keys: own)
        let token = try attacker.sign(TokenClaims(expiry: now + 600))
        let parts = token.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
        let header = #"{"alg":"ES256","jwk":\#(jwk),"jku":"https://evil.test/","x5u":"https://evil.test/"}"#
        #expect(verdict(verifier, token) == .unknownKey)
        #expect(verdict(verifier, [header.base64url, parts[1], parts[2]].joined(separator: ".")) == .invalidSignature)
    }

    @Test(
        arguments: [
            #""../../etc/passwd""#, #""' OR 1=1 --""#, #""a\u0000""#, #""A""#, #""""#, #""aa""#,
        ])
    func `a kid that is not configured finds no key`(id: String) throws {
        let verifier = try makeVerifier(keys: KeySet(secret: secret, id: "a"))
        let header = #"{"alg":"HS256","kid":\#(id)}"#
        #expect(verdict(verifier, makeToken(header: header, payload: Self.payload)) == .unknownKey)
    }

    @Test(arguments: [#""a""#, #""\u0061""#]) func `a kid that is configured finds its key`(id: String) throws {
        let verifier = try makeVerifier(keys: KeySet(secret: secret, id: "a"))
        let header = #"{"alg":"HS256","kid":\#(id)}"#
        #expect(verdict(verifier, makeToken(header: header, payload: Self.payload)) == nil)
        #expect(verdict(verifier, makeToken(payload: Self.payload)) == nil)
    }

    @Test func `a kid that is no string makes the token malformed`() throws {
        for id in ["1", "null", #"["a"]"#, "{}"] {
            let header = #"{"alg":"HS256","kid":\#(id)}"#
            #expect(verdict(try makeVerifier(), makeToken(header: header, payload: Self.payload)) == .malformed)
        }
    }

    @Test func `of several keys the named one counts, and one without a name takes other names`() throws {
        let other = [UInt8](repeating: 7, count: 32)
        var keys = try KeySet(secret: other, id: "a")
        keys.append(contentsOf: try KeySet(secret: secret, id: "b"))
        let named = { (id: String) in makeToken(header: #"{"alg":"HS256","kid":"\#(id)"}"#, payload: Self.payload) }
        #expect(verdict(try makeVerifier(keys: keys), named("b")) == nil)
        #expect(verdict(try makeVerifier(keys: keys), named("a")) == .invalidSignature)
        #expect(verdict(try makeVerifier(keys: keys), named("c")) == .unknownKey)
        #expect(verdict(try makeVerifier(keys: keys), makeToken(payload: Self.payload)) == nil)
        keys.append(contentsOf: try KeySet(secret: secret))
        #expect(verdict(try makeVerifier(keys: keys), named("c")) == nil)
        #expect(verdict(try makeVerifier(keys: keys), named("a")) == .invalidSignature)
    }

    @Test(
        arguments: [
            #"{"alg":"HS256","alg":"none"}"#, #"{"alg":"none","alg":"HS256"}"#, #"{"alg":"HS256","\u0061lg":"HS256"}"#,
            #"{"kid":"a","alg":"HS256","kid":"b"}"#,
        ])
    func `a name that occurs twice in the header is refused`(header: String) throws {
        #expect(verdict(try makeVerifier(), makeToken(header: header, payload: Self.payload)) == .duplicateName)
    }

    @Test func `a claim that occurs twice is refused, also among many`() throws {
        let twice = makeToken(payload: #"{"sub":"alice","exp":1700000600,"sub":"bob"}"#)
        #expect(verdict(try makeVerifier(), twice) == .duplicateName)
        let many = (0..<200).map { #""c\#($0)":1"# }.joined(separator: ",")
        #expect(verdict(try makeVerifier(), makeToken(payload: #"{"exp":1700000600,\#(many)}"#)) == nil)
        let last = makeToken(payload: #"{"exp":1700000600,\#(many),"c199":2}"#)
        #expect(verdict(try makeVerifier(), last) == .duplicateName)
        let first = makeToken(payload: #"{"exp":1700000600,\#(many),"\u0065xp":2}"#)
        #expect(verdict(try makeVerifier(), first) == .duplicateName)
    }

    @Test(
        arguments: [
            #"{"alg":"HS256","crit":["b64"],"b64":false}"#, #"{"alg":"HS256","crit":["exp"]}"#,
            #"{"alg":"HS256","crit":[]}"#, #"{"alg":"HS256","crit":null}"#,
        ])
    func `an extension that must be understood is refused`(header: String) throws {
        #expect(verdict(try makeVerifier(), makeToken(header: header, payload: Self.payload)) == .unsupportedExtension)
    }

    @Test func `the text of a token has one form only`() throws {
        let token = makeToken(payload: Self.payload)
        let parts = token.split(separator: ".").map(String.init)
        let verifier = try makeVerifier()
        #expect(verdict(verifier, token) == nil)
        for other in [
            "", ".", "..", "...", parts[0], parts[0] + "." + parts[1], token + ".", token + "." + parts[2], "." + token,
            token + "=", token + " ", " " + token, token + "\n", token + "\0",
            parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + ".." + parts[2], token.replacing(".", with: ". "), token + "A", token + "AA", "Bearer " + token,
        ] { #expect(verdict(verifier, other) != nil, "\(other)") }
        // The last digit of 32 bytes carries two bits that mean nothing; only zeros are accepted.
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect(digits.count { verdict(verifier, token.dropLast() + String($0)) == nil } == 1)
    }

    @Test func `a token over the limit is refused before anything else`() throws {
        let token = makeToken(payload: Self.payload)
        let size = token.utf8.count
        #expect(verdict(try makeVerifier(maximumTokenSize: size), token) == nil)
        #expect(verdict(try makeVerifier(maximumTokenSize: size - 1), token) == .tooLarge)
        #expect(verdict(try makeVerifier(), String(repeating: ".", count: 8193)) == .tooLarge)
    }

    @Test func `random damage never traps, and is never accepted`() throws {
        var generator = SplitMix(state: 42)
        let tokens = [
            makeToken(
                payload: #"{"sub":"a\u00e9\ud83d\ude00","exp":1700000600.25e0,"roles":["x","y"],"o":{"a":[1,2]}}"#),
            makeToken(payload: Self.payload),
        ]
        let verifier = try makeVerifier()
        for _ in 0..<4000 {
            var bytes = tokens[Int.random(in: 0..<2, using: &generator)].bytes
            let original = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            if bytes != original { #expect(verdict(verifier, bytes) != nil) }
        }
    }

    @Test func `random damage to signed JSON never traps`() throws {
        var generator = SplitMix(state: 7)
        let verifier = try makeVerifier(audiences: ["a"])
        let text = #"{"aud":["a","b\n"],"exp":1.7000006e9,"nbf":-1,"scope":"a b","x":[[{}],null,true,"\ud83d\ude00"]}"#
        #expect(verdict(verifier, makeToken(payload: text)) == nil)
        for _ in 0..<4000 {
            var bytes = text.bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert("\"\\{}[],:u0-e.".bytes.randomElement(using: &generator)!, at: index)
                }
            }
            let input =
                #"{"alg":"HS256"}"#.base64url + "." + String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
            let token = input + "." + code(input)
            #expect(verdict(verifier, token) != .invalidSignature)
        }
    }
}

/// A small generator with a fixed seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
