extension Item {
    func routeTest() -> RouteTest? {
        guard let object = object(Keys.test) else { return nil }
        guard let request = object["request"]?.nonEmptyString() else {
            if object["request"] == nil { error("a test needs a \"request\"", suggestion: "such as \"GET /orders\"") }
            return nil
        }
        guard SampleRequest(request) != nil else {
            member("request").error(
                "\"\(request)\" is not a request", suggestion: "write it like \"GET shop.test/orders?limit=1\"")
            return nil
        }
        guard let expect = object["expect"] else {
            error("a test needs an \"expect\"", suggestion: "such as {\"route\": \"orders\", \"status\": 401}")
            return nil
        }
        guard let expectation = expect.object(Keys.expectation) else { return nil }
        if expectation["route"] == nil, expectation["status"] == nil {
            expect.error("nothing is expected", suggestion: "expect a \"route\", a \"status\" or both")
        }
        return RouteTest(
            request: request, headers: object["headers"].flatMap { $0.headerFields() } ?? [],
            token: object["token"].flatMap { $0.testToken() },
            route: expectation["route"].flatMap { $0.nonEmptyString() },
            status: expectation["status"].flatMap { $0.integer(in: 100...599) })
    }

    private func testToken() -> RouteTest.Token? {
        guard let object = object(Keys.testToken) else { return nil }
        return RouteTest.Token(
            scopes: object["scopes"].map { $0.strings() } ?? [], roles: object["roles"].map { $0.strings() } ?? [])
    }
}
