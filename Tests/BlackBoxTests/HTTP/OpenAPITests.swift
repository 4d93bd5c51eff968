import Testing

/// What the gateway says can be asked for, with the services of this repository behind it.
@Suite struct OpenAPITests {
    @Test func `every operation of the document is there, and no other is told of`() throws {
        let gateway = try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
        // The document grows until every service has come up.
        let answer = try #require(
            eventually(within: 30) {
                let answer = try? gateway.curl("/openapi.json")
                return answer?.json["paths"]["/login"].exists == true && answer?.json["paths"]["/cart"].exists == true
                    ? answer : nil
            })
        #expect(answer.status == 200)
        let paths = answer.json["paths"]
        #expect(paths["/products/{id}"].keys.sorted() == ["delete", "get", "put"])
        #expect(paths["/login"]["post"]["security"].array.isEmpty)
        #expect(paths["/products/{id}"]["get"]["security"][0]["bearer"].exists)
        for inside in ["/revocations", "/validate", "/reservations", "/health", "/openapi.json"] {
            #expect(!paths[inside].exists, "\(inside)")
        }
        for path in paths.keys {
            for method in paths[path].keys {
                let target = path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : $0 }.joined(separator: "/")
                let reply = try gateway.curl("/" + target, token: nil, "--request", method.uppercased())
                let code = reply["X-Gateway-Error"] ?? ""
                #expect(!["route_not_found", "method_not_allowed"].contains(code), "\(method) \(path)")
            }
        }
        let tag = try #require(answer["ETag"])
        let again = try gateway.curl("/openapi.json", token: nil, "--header", "If-None-Match: \(tag)")
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
    }
}
