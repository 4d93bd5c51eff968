import Bytes

/// A stored password hash in the PHC string format: `$scrypt$ln=15,r=8,p=1$salt$hash`, both in base64 without padding.
struct PasswordHash {
    let parameters: ScryptParameters
    let salt: [UInt8]
    let key: [UInt8]

    init(parameters: ScryptParameters, salt: [UInt8], key: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.key = key
    }

    /// - Returns: nil when `text` is not such a string, or its numbers are out of range.
    init?(_ text: String) {
        let fields = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1].elementsEqual("scrypt".utf8) else { return nil }
        let costs = fields[2].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard costs.count == 3, let costExponent = Self.cost("ln=", costs[0]),
            let blockSize = Self.cost("r=", costs[1]),
            let parallelism = Self.cost("p=", costs[2]),
            let parameters = ScryptParameters(
                costExponent: costExponent, blockSize: blockSize, parallelism: parallelism),
            let salt = Self.decode(fields[3]), let key = Self.decode(fields[4]),
            (8...64).contains(salt.count), (16...64).contains(key.count)
        else { return nil }
        self.init(parameters: parameters, salt: salt, key: key)
    }

    /// The PHC string.
    var text: String {
        "$scrypt$ln=\(parameters.costExponent),r=\(parameters.blockSize),p=\(parameters.parallelism)"
            + "$\(Self.encode(salt))$\(Self.encode(key))"
    }

    private static func cost(_ name: String, _ field: Substring.UTF8View) -> Int? {
        guard field.starts(with: name.utf8) else { return nil }
        let digits = field.dropFirst(name.utf8.count)
        guard (1...3).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// PHC strings use the standard alphabet, which differs from base64url in two digits.
    private static func decode(_ field: Substring.UTF8View) -> [UInt8]? {
        guard !field.contains(UInt8(ascii: "-")), !field.contains(UInt8(ascii: "_")) else { return nil }
        let text = field.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return Base64URL.decode(text.span)
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes.span).map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
