import Bytes
import Crypto

/// JWK Sets (RFC 7517).
extension KeySet {
    /// The keys of a JWK Set that check signatures. Keys that are for something else, of unknown type, weak or damaged
    /// are skipped and counted, as RFC 7517 section 5 asks; private members are ignored.
    ///
    /// - Parameters:
    ///   - jwks: the set as JSON.
    ///   - allowsSecrets: whether symmetric keys count. Only where nobody else can read the set: a local file.
    public init(jwks: [UInt8], allowsSecrets: Bool) throws(KeySetError) {
        guard var set = try? JSONObject(jwks), let keys = set.value("keys"), let objects = set.objects(in: keys) else {
            throw .malformedSet
        }
        for object in objects {
            if let key = VerificationKey(jwk: object, allowsSecrets: allowsSecrets) {
                append(key)
            } else {
                skippedCount += 1
            }
        }
    }

    /// The public keys as a JWK Set in JSON. Secrets are left out.
    public func jwks() -> [UInt8] {
        var writer = JSONWriter()
        writer.write("keys", objects: keys.compactMap { $0.jwk() })
        return writer.finish()
    }
}

extension VerificationKey {
    init?(jwk: JSONObject, allowsSecrets: Bool) {
        var jwk = jwk
        if let use = jwk.value("use") {
            guard use.kind == .string, jwk.bytes(use.range).equals("sig") else { return nil }
        }
        if let value = jwk.value("key_ops") {
            guard let operations = jwk.strings(in: value),
                operations.contains(where: { jwk.bytes($0).equals("verify") })
            else { return nil }
        }
        var algorithm: Algorithm?
        if let value = jwk.value("alg") {
            guard value.kind == .string, let known = Algorithm(jwk.bytes(value.range)) else { return nil }
            algorithm = known
        }
        if let value = jwk.value("kid"), value.kind != .string { return nil }
        guard let material = Material(jwk: jwk, allowsSecrets: allowsSecrets) else { return nil }
        let key = VerificationKey(id: jwk.string("kid"), algorithm: algorithm, material: material)
        guard Algorithm.allCases.contains(where: { key.fits($0) }) else { return nil }
        self = key
    }

    /// The public key as a JWK in JSON; nil for a secret.
    func jwk() -> [UInt8]? {
        guard case .publicKey(let key) = material, let members = key.jwkMembers else { return nil }
        var writer = JSONWriter()
        for (name, value) in members { writer.write(name, value) }
        writer.write("use", "sig")
        if let algorithm { writer.write("alg", algorithm.name.description) }
        if let id { writer.write("kid", String(decoding: id, as: UTF8.self)) }
        return writer.finish()
    }
}

extension VerificationKey.Material {
    /// The key itself (RFC 7518 section 6, RFC 8037 section 2).
    fileprivate init?(jwk: JSONObject, allowsSecrets: Bool) {
        func number(_ name: StaticString) -> [UInt8]? {
            jwk.string(name).flatMap { Base64URL.decode($0.span) }
        }
        guard let type = jwk.string("kty").map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
        do throws(CryptoError) {
            switch type {
            case "RSA":
                guard let modulus = number("n"), let exponent = number("e") else { return nil }
                self = .publicKey(try PublicKey(rsaModulus: modulus.span, exponent: exponent.span))
            case "EC":
                guard let name = jwk.string("crv"),
                    let curve = Curve.allCases.first(where: { $0.jwkName.equals(name) }),
                    let x = number("x"), let y = number("y")
                else { return nil }
                self = .publicKey(try PublicKey(curve: curve, x: x.span, y: y.span))
            case "OKP":
                guard let name = jwk.string("crv"), let x = number("x") else { return nil }
                let kind: KeyKind
                switch String(decoding: name, as: UTF8.self) {
                case "Ed25519": kind = .ed25519
                case "Ed448": kind = .ed448
                default: return nil
                }
                self = .publicKey(try PublicKey(edwards: x.span, kind: kind))
            case "oct":
                guard allowsSecrets, let secret = number("k") else { return nil }
                self = .secret(SecretKey(secret.span))
            default: return nil
            }
        } catch {
            return nil
        }
    }
}
