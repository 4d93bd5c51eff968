import Bytes
import Crypto
import Testing

@Suite struct PasswordTests {
    /// Cheap, so that tests are fast.
    static let cheap = ScryptParameters(costExponent: 4, blockSize: 8, parallelism: 1)!
    let hasher = PasswordHasher(parameters: cheap)

    @Test func `a stored hash accepts its password and no other`() throws {
        let stored = try hasher.hash("correct horse".bytes)
        #expect(stored.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(!stored.contains("=" + "$") && !stored.hasSuffix("="))
        #expect(try hasher.verify("correct horse".bytes, against: stored) == .valid)
        #expect(try hasher.verify("correct horsf".bytes, against: stored) == .invalid)
        #expect(try hasher.verify([UInt8](), against: stored) == .invalid)
    }

    @Test func `the same password is stored differently each time`() throws {
        #expect(try hasher.hash("a".bytes) != hasher.hash("a".bytes))
    }

    @Test func `the vector of RFC 7914 is met`() throws {
        // Section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1, 64).
        let stored =
            "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf043/2o++75/r+kO14gBT0UgzDsoRTlYbvJnG8PoAJ"
            + "XXnfuivqWLCdkpe0N0Tur4Q2BcA"
        let expected = Hex.decode(
            ("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d6"
                + "51e40dfcf017b45575887").bytes)!
        let text = "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$" + base64(expected)
        #expect(try hasher.verify("pleaseletmein".bytes, against: text) == .validButOutdated)
        #expect(try hasher.verify("pleaseletmein".bytes, against: stored) == .invalid)
    }

    private func base64(_ bytes: [UInt8]) -> String {
        String(decoding: Base64URL.encode(bytes), as: UTF8.self)
            .replacing("-", with: "+").replacing("_", with: "/")
    }

    @Test func `a right password under other parameters asks for a new hash`() throws {
        let stored = try hasher.hash("a".bytes)
        let stronger = PasswordHasher(parameters: ScryptParameters(costExponent: 5, blockSize: 8, parallelism: 1)!)
        #expect(try stronger.verify("a".bytes, against: stored) == .validButOutdated)
        #expect(try stronger.verify("b".bytes, against: stored) == .invalid)
    }

    @Test func `the standard parameters work`() throws {
        let hasher = PasswordHasher()
        let stored = try hasher.hash("a".bytes)
        #expect(stored.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(try hasher.verify("a".bytes, against: stored) == .valid)
    }

    @Test(
        arguments: [
            nil, "", "x", "$scrypt$ln=4,r=8,p=1$$",
            "$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=20,r=32,p=16$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=-4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=99999999999999999999,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$r=8,ln=4,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ] as [String?])
    func `an unknown user and a damaged hash are an invalid password`(stored: String?) throws {
        #expect(try hasher.verify("a".bytes, against: stored) == .invalid)
    }
}
