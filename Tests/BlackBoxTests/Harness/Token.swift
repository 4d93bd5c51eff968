import Foundation

/// Tokens made by OpenSSL's command line rather than by the code that checks them.
enum Token {
    /// The claims of a token that every check lets through.
    static func claims(subject: String = "alice", lifetime: Int = 600, more: [String: Any] = [:]) -> [String: Any] {
        let now = Int(Date().timeIntervalSince1970)
        return ["iss": "shop", "aud": "shop", "sub": subject, "iat": now, "exp": now + lifetime].merging(more) { $1 }
    }

    /// A good token.
    static func good(subject: String = "alice", more: [String: Any] = [:]) throws -> String {
        try signed(claims(subject: subject, more: more))
    }

    /// A token with these claims, signed with HS256.
    static func signed(
        _ claims: [String: Any], header: [String: Any] = ["alg": "HS256", "typ": "JWT"],
        secret: String = GatewayProcess.secret
    ) throws -> String {
        let text =
            try segment(JSONSerialization.data(withJSONObject: header)) + "."
            + segment(JSONSerialization.data(withJSONObject: claims))
        return try text + "." + segment(hmac(text, secret: secret))
    }

    static func hmac(_ text: String, secret: String) throws -> Data {
        let key = secret.utf8.map { String(format: "%02x", $0) }.joined()
        return try Command.run(
            Places.openssl, ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(key)", "-binary"],
            input: Data(text.utf8)
        ).output
    }

    static func segment(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
