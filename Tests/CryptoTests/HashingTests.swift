import Bytes
import Crypto
import Testing

@Suite struct HashingTests {
    @Test(
        arguments: [
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ] as [(HashAlgorithm, String)])
    func `digests are those of FIPS 180`(algorithm: HashAlgorithm, digest: String) {
        #expect(algorithm.digest("abc".bytes) == Hex.decode(digest.bytes))
    }

    @Test(arguments: [
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"), ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ])
    func `the checksum of older protocols is that of RFC 3174`(text: String, digest: String) {
        #expect(SHA1.digest(text.bytes.span) == Hex.decode(digest.bytes))
    }

    @Test(
        arguments: [
            (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                .sha384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
            ),
            (
                .sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                    + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
            ),
        ] as [(HashAlgorithm, String)])
    func `authentication codes are those of RFC 4231 case 2, again and again`(hash: HashAlgorithm, code: String) {
        let key = HMACKey(secret: "Jefe".bytes, hash: hash)
        let expected = Hex.decode(code.bytes)!
        for _ in 0..<3 {
            #expect(key.authenticationCode(for: "what do ya want for nothing?".bytes) == expected)
            #expect(key.isValid(expected, for: "what do ya want for nothing?".bytes))
            #expect(!key.isValid(expected, for: "what do ya want for nothing!".bytes))
        }
    }

    @Test func `a shortened, extended or empty authentication code is never valid`() {
        let key = HMACKey(secret: "Jefe".bytes, hash: .sha256)
        let code = key.authenticationCode(for: "x".bytes)
        for count in 0..<32 { #expect(!key.isValid(Array(code.prefix(count)), for: "x".bytes)) }
        #expect(!key.isValid((code + [0]), for: "x".bytes))
    }

    @Test func `an empty key and an empty message are taken`() {
        let key = HMACKey(secret: [UInt8](), hash: .sha256)
        let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(key.authenticationCode(for: [UInt8]()) == Hex.decode(expected.bytes))
    }

    @Test func `one key serves many threads at once`() async {
        let key = HMACKey(secret: "Jefe".bytes, hash: .sha256)
        let codes = (0..<64).map { key.authenticationCode(for: "message \($0)".bytes) }
        let valid = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<64).count { key.isValid(codes[$0], for: "message \($0)".bytes) }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(valid == 8 * 64)
    }

    @Test func `random bytes do not repeat`() {
        let drawn = Set((0..<100).map { _ in SecureRandom.bytes(16) })
        #expect(drawn.count == 100)
        #expect(SecureRandom.bytes(0).isEmpty)
    }
}
