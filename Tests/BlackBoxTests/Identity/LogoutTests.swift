import Testing

/// Signing out, with the services of this repository: the gateway hears of it from the one that issues the tokens.
@Suite struct LogoutTests {
    @Test func `an access token stops working when its user signs out, and the others' go on`() throws {
        let gateway = try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
        let user = #"{"username": "bob", "password": "password123"}"#
        let tokens = try (0..<2).map { _ in
            try #require(try gateway.curl("POST", "/login", json: user).json["access_token"].string)
        }
        for token in tokens { #expect(try gateway.curl("/products", token: token).status == 200) }
        #expect(try gateway.curl("POST", "/logout", token: tokens[0], json: "{}").status == 200)
        #expect(try becomesTrue { try gateway.curl("/products", token: tokens[0]).status == 401 })
        #expect(try gateway.curl("/products", token: tokens[1]).status == 200)
        #expect(try gateway.metric("gateway_revoked_tokens", #"jwt="shop""#) == 1)
        let health = try gateway.admin("/health").json
        #expect(health["status"].string == "pass", "\(health)")
        #expect(health["revocations"]["shop"]["service"].string == "auth")
    }
}
