import Bytes
import Crypto

// Expectations cannot hold spans: these take arrays and lend them.

extension Hex {
    static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
}

extension Base64URL {
    static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
    static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes.span) }
}

extension HashAlgorithm {
    func digest(_ message: [UInt8]) -> [UInt8] { digest(message.span) }
}

extension HMACKey {
    convenience init(secret: [UInt8], hash: HashAlgorithm) { self.init(secret: secret.span, hash: hash) }
    func authenticationCode(for message: [UInt8]) -> [UInt8] { authenticationCode(for: message.span) }
    func isValid(_ code: [UInt8], for message: [UInt8]) -> Bool { isValid(code.span, for: message.span) }
}

extension PublicKey {
    convenience init(pem text: [UInt8]) throws { try self.init(pem: text.span) }
    convenience init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws {
        try self.init(rsaModulus: modulus.span, exponent: exponent.span)
    }
    convenience init(curve: Curve, x: [UInt8], y: [UInt8]) throws {
        try self.init(curve: curve, x: x.span, y: y.span)
    }
    convenience init(edwards point: [UInt8], kind: KeyKind) throws {
        try self.init(edwards: point.span, kind: kind)
    }
    func isValid(_ signature: [UInt8], for message: [UInt8], scheme: SignatureScheme) -> Bool {
        isValid(signature.span, for: message.span, scheme: scheme)
    }
}

extension PrivateKey {
    convenience init(pem text: [UInt8]) throws { try self.init(pem: text.span) }
    func sign(_ message: [UInt8], scheme: SignatureScheme) throws -> [UInt8] {
        try sign(message.span, scheme: scheme)
    }
}

extension PasswordHasher {
    func hash(_ password: [UInt8]) throws -> String { try hash(password.span) }
    func verify(_ password: [UInt8], against stored: String?) throws -> Verdict {
        try verify(password.span, against: stored)
    }
}
