import Bytes

/// The parts of a JOSE header that decide how a token is checked (RFC 7515 section 4.1).
struct TokenHeader {
    let algorithm: Algorithm
    let keyID: [UInt8]?
    /// Whether extensions must be understood.
    let hasCritical: Bool

    init(_ text: [UInt8]) throws(JWTError) {
        let object = try JSONObject.parsing(text)
        guard let name = object.value("alg"), name.kind == .string,
            let algorithm = Algorithm(object.bytes(name.range))
        else { throw .algorithmNotAllowed }
        self.algorithm = algorithm
        if let id = object.value("kid") {
            guard id.kind == .string else { throw .malformed }
            keyID = Array(object.storage[id.range])
        } else {
            keyID = nil
        }
        hasCritical = object.value("crit") != nil
    }
}

extension JSONObject {
    /// Reads an object out of a token.
    static func parsing(_ text: [UInt8]) throws(JWTError) -> JSONObject {
        do throws(JSONError) {
            return try JSONObject(text)
        } catch .duplicateName {
            throw .duplicateName
        } catch {
            throw .malformed
        }
    }
}
