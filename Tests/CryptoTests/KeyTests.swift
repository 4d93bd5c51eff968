import Bytes
import Crypto
import Testing

@Suite struct KeyTests {
    static let schemes: [(KeyKind, SignatureScheme, Int)] = [
        (.rsa(bits: 2048), .rsaPKCS1(.sha256), 256), (.rsa(bits: 2048), .rsaPKCS1(.sha512), 256),
        (.rsa(bits: 2048), .rsaPSS(.sha256), 256), (.rsa(bits: 2048), .rsaPSS(.sha512), 256),
        (.ec(.p256), .ecdsa(.sha256), 64), (.ec(.p384), .ecdsa(.sha384), 96), (.ec(.p521), .ecdsa(.sha512), 132),
        (.ed25519, .edDSA, 64), (.ed448, .edDSA, 114),
    ]

    @Test(arguments: schemes)
    func `what a new key signs its public key accepts, through PEM both ways`(
        kind: KeyKind, scheme: SignatureScheme, signatureByteCount: Int
    ) throws {
        let key = try PrivateKey.generate(kind)
        let reread = try PrivateKey(pem: key.pem().bytes)
        let publicKey = try PublicKey(pem: key.publicKey().pem().bytes)
        let message = SecureRandom.bytes(200)
        var signature = try reread.sign(message, scheme: scheme)
        #expect(publicKey.kind == kind)
        #expect(signature.count == signatureByteCount)
        #expect(publicKey.isValid(signature, for: message, scheme: scheme))
        #expect(!publicKey.isValid(signature, for: Array(message.dropLast()), scheme: scheme))
        #expect(!publicKey.isValid((signature + [0]), for: message, scheme: scheme))
        #expect(!publicKey.isValid(([0] + signature), for: message, scheme: scheme))
        #expect(!publicKey.isValid([UInt8](), for: message, scheme: scheme))
        signature[signature.count / 2] ^= 1
        #expect(!publicKey.isValid(signature, for: message, scheme: scheme))
    }

    @Test func `an ECDSA signature of zeros or in DER is refused`() throws {
        let key = try PrivateKey.generate(.ec(.p256)).publicKey()
        for byte: UInt8 in [0, 255] {
            let signature = [UInt8](repeating: byte, count: 64)
            #expect(!key.isValid(signature, for: "x".bytes, scheme: .ecdsa(.sha256)))
        }
    }

    @Test(arguments: [.rsa(bits: 2048), .ec(.p256), .ec(.p521), .ed25519, .ed448] as [KeyKind])
    func `the components of a key make the key again`(kind: KeyKind) throws {
        let key = try PrivateKey.generate(kind).publicKey()
        let copy: PublicKey
        switch kind {
        case .rsa:
            let (modulus, exponent) = try #require(key.rsaComponents)
            copy = try PublicKey(rsaModulus: ([0] + modulus), exponent: exponent)
        case .ec(let curve):
            let (x, y) = try #require(key.coordinates)
            copy = try PublicKey(curve: curve, x: x, y: y)
        case .ed25519, .ed448:
            copy = try PublicKey(edwards: #require(key.edwardsPoint), kind: kind)
        }
        #expect(try copy.pem() == key.pem())
    }

    @Test func `a point that is not on the curve, or in another length, is no key`() throws {
        let (x, y) = try #require(PrivateKey.generate(.ec(.p256)).publicKey().coordinates)
        var other = y
        other[31] ^= 1
        #expect(throws: CryptoError.invalidKey) { try PublicKey(curve: .p256, x: x, y: other) }
        #expect(throws: CryptoError.invalidKey) { try PublicKey(curve: .p256, x: x, y: Array(y.dropLast())) }
        #expect(throws: CryptoError.invalidKey) { try PublicKey(curve: .p384, x: x, y: y) }
        #expect(throws: CryptoError.invalidKey) {
            try PublicKey(curve: .p256, x: [UInt8](repeating: 0, count: 32), y: y)
        }
    }

    @Test(
        arguments: [
            ([0xC1], [1]), ([0xC1], []), ([], [1, 0, 1]), ([0xC1], [2]), ([0xC1], [1, 0, 0]),
            ([0xC0], [1, 0, 1]), ([UInt8](repeating: 0xFF, count: 1200), [1, 0, 1]),
            ([0xC1], [UInt8](repeating: 1, count: 9)),
        ] as [([UInt8], [UInt8])])
    func `RSA numbers that make no sane key are refused`(modulus: [UInt8], exponent: [UInt8]) {
        #expect(throws: CryptoError.invalidKey) { try PublicKey(rsaModulus: modulus, exponent: exponent) }
    }

    @Test(arguments: [0, 31, 33, 57]) func `an Edwards point of another length is refused`(count: Int) {
        #expect(throws: CryptoError.invalidKey) {
            try PublicKey(edwards: [UInt8](repeating: 9, count: count), kind: .ed25519)
        }
    }

    @Test(arguments: ["", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "-----BEGIN X-----"])
    func `what is no PEM key is refused`(text: String) {
        #expect(throws: CryptoError.invalidKey) { try PublicKey(pem: text.bytes) }
        #expect(throws: CryptoError.invalidKey) { try PrivateKey(pem: text.bytes) }
    }

    @Test func `a private key is not taken for a public one, nor the other way round`() throws {
        let key = try PrivateKey.generate(.ec(.p256))
        let text = try key.pem()
        #expect(throws: CryptoError.privateKeyGiven) { try PublicKey(pem: text.bytes) }
        let publicText = try key.publicKey().pem()
        #expect(throws: CryptoError.invalidKey) { try PrivateKey(pem: publicText.bytes) }
    }

    @Test func `a key does not sign by a scheme that is not its own`() throws {
        let key = try PrivateKey.generate(.ec(.p256))
        #expect(throws: CryptoError.wrongKeyType) { try key.sign("x".bytes, scheme: .rsaPSS(.sha256)) }
        #expect(throws: CryptoError.wrongKeyType) { try key.sign("x".bytes, scheme: .edDSA) }
    }

    @Test func `keys that the openssl tool makes are read, encrypted ones refused without asking`() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/key.pem"
        _ = try run("openssl", ["genrsa", "-traditional", "-out", file, "2048"])
        let traditional = try run("openssl", ["rsa", "-in", file, "-traditional"]).output
        let key = try PrivateKey(pem: traditional.bytes)
        let pkcs1 = try run("openssl", ["rsa", "-in", file, "-RSAPublicKey_out"]).output
        #expect(try PublicKey(pem: pkcs1.bytes).pem() == key.publicKey().pem())
        let encrypted = try run("openssl", ["pkcs8", "-topk8", "-in", file, "-passout", "pass:secret"]).output
        #expect(encrypted.contains("ENCRYPTED"))
        #expect(throws: CryptoError.invalidKey) { try PrivateKey(pem: encrypted.bytes) }
    }

    @Test func `curves and key types beyond those of JOSE are unsupported`() throws {
        for arguments in [
            ["ecparam", "-name", "secp256k1", "-genkey", "-noout"], ["genpkey", "-algorithm", "X25519"],
        ] {
            let text = try run("openssl", arguments).output
            #expect(throws: CryptoError.unsupportedKey) { try PrivateKey(pem: text.bytes) }
        }
    }
}
