import Foundation
import Testing

/// Tokens of PyJWT, an independent implementation, with every algorithm of RFC 7518 and RFC 8037 that is accepted.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct AlgorithmTests {
    static let algorithms = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
        "EdDSA",
    ]

    /// A gateway with a profile and a route per algorithm, and the folder with their keys.
    static let gateway = Result<GatewayProcess, any Error> {
        let folder = try TemporaryFolder()
        let made = try Command.run(
            Places.venvPython!, [Places.support.appending(path: "tokens.py").path, "keys", folder.path] + algorithms)
        guard made.status == 0 else { throw HarnessError(made.errors) }
        var setup = Setup(services: #"{"up": {"targets": ["\#(try Fixture.shared().upstream.url)"]}}"#)
        setup.jwt =
            "{"
            + algorithms.map { name in
                let key = name.hasPrefix("HS") ? #""secret": "file:\#(name).secret""# : #""publicKey": "\#(name).pem""#
                return #""\#(name)": {"issuer": "shop", "audience": "shop", "algorithms": ["\#(name)"], \#(key)}"#
            }.joined(separator: ",\n") + "}"
        setup.routes =
            "["
            + algorithms.map {
                #"{"name": "\#($0)", "match": "/\#($0)", "to": "up", "auth": {"jwt": "\#($0)"}}"#
            }.joined(separator: ",\n") + "]"
        return try GatewayProcess(setup, folder: folder)
    }

    private func token(_ algorithm: String, key: String? = nil, in folder: TemporaryFolder) throws -> String {
        let made = try Command.run(
            Places.venvPython!,
            [Places.support.appending(path: "tokens.py").path, "sign", folder.path, algorithm, key ?? algorithm])
        guard made.status == 0 else { throw HarnessError(made.errors) }
        return made.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(arguments: algorithms)
    func `a token of PyJWT is accepted where its algorithm is, and nowhere else`(algorithm: String) throws {
        let gateway = try Self.gateway.get()
        let token = try token(algorithm, in: gateway.folder)
        #expect(try gateway.curl("/\(algorithm)", token: token).status == 200)
        for other in ["HS256", "RS256", "PS256", "ES256", "EdDSA"] where other != algorithm {
            #expect(try gateway.curl("/\(other)", token: token).status == 401, "\(algorithm) at \(other)")
        }
    }

    @Test func `a public key cannot be used as a secret: the RS256 to HS256 confusion`() throws {
        let gateway = try Self.gateway.get()
        let secret = gateway.folder.text(of: "RS256.pem")
        let token = try Token.signed(Token.claims(), header: ["alg": "HS256"], secret: secret)
        #expect(try gateway.curl("/RS256", token: token).status == 401)
    }
}
