import Bytes
public import Crypto

extension PublicKey {
    /// The members of a JWK that identify the key, in the order of RFC 7638 section 3.2.
    var jwkMembers: [(name: String, value: String)]? {
        func text(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes.span), as: UTF8.self) }
        switch kind {
        case .rsa:
            guard let (modulus, exponent) = rsaComponents else { return nil }
            return [("e", text(exponent)), ("kty", "RSA"), ("n", text(modulus))]
        case .ec(let curve):
            guard let (x, y) = coordinates else { return nil }
            return [("crv", curve.jwkName), ("kty", "EC"), ("x", text(x)), ("y", text(y))]
        case .ed25519, .ed448:
            guard let point = edwardsPoint else { return nil }
            return [("crv", kind == .ed25519 ? "Ed25519" : "Ed448"), ("kty", "OKP"), ("x", text(point))]
        }
    }

    /// The key's SHA-256 thumbprint in base64url (RFC 7638): a name that depends on nothing but the key.
    public var thumbprint: String {
        var writer = JSONWriter()
        for (name, value) in jwkMembers ?? [] { writer.write(name, value) }
        let text = writer.finish()
        return String(decoding: Base64URL.encode(HashAlgorithm.sha256.digest(text.span).span), as: UTF8.self)
    }
}

extension Curve {
    /// The `crv` of RFC 7518 section 6.2.1.1.
    var jwkName: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }
}

extension String {
    /// Whether the text is these bytes.
    func equals(_ bytes: [UInt8]) -> Bool { utf8.elementsEqual(bytes) }
}
