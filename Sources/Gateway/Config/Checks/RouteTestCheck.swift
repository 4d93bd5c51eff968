import HTTP

/// Runs the `tests` of a file against its own routes.
struct RouteTestCheck {
    let draft: ConfigurationDraft
    let places: [Item]

    func run() {
        guard draft.tests.count == places.count, !places.isEmpty else { return }
        var conflicts: [RouteConflict] = []
        let table = RouteTable(draft.routes.map(\.pattern), conflicts: &conflicts)
        for (test, place) in zip(draft.tests, places) {
            guard let request = SampleRequest(test.request) else { continue }
            var head = RequestHead()
            do {
                let allowed = draft.routes.contains { $0.allowsEncodedSlash }
                try request.fill(&head, headers: test.headers, allowsEncodedSlashes: allowed)
            } catch {
                place.member("request").error("\(test.request) is refused with \(error.status) before it is routed")
                continue
            }
            let decision = RouteDecision(head, token: test.token, table: table, routes: draft.routes)
            check(test, decision, at: place.member("expect"))
        }
    }

    private func check(_ test: RouteTest, _ decision: RouteDecision, at place: Item) {
        let outcome = describe(decision)
        if let expected = test.route {
            if !draft.routes.contains(where: { $0.name == expected }) {
                place.member("route").error(
                    "unknown route \"\(expected)\"",
                    suggestion: Spelling.suggestion(for: expected, among: draft.routes.map(\.name)))
                return
            }
            if decision.route.map({ draft.routes[$0].name }) != expected {
                place.member("route").error("\(test.request) \(outcome), not the route \"\(expected)\"")
                return
            }
        }
        if let expected = test.status, expected != decision.status {
            place.member("status").error("\(test.request) \(outcome), not with \(expected)")
        }
    }

    private func describe(_ decision: RouteDecision) -> String {
        let route = decision.route.map { "matches \"\(draft.routes[$0].name)\"" }
        return switch decision {
        case .notFound: "matches no route and is answered with 404"
        case .methodNotAllowed(let allow): "is answered with 405, which allows \(allow.allowValue)"
        case .unauthorized: "\(route ?? "") and is answered with 401"
        case .forbidden: "\(route ?? "") and is answered with 403"
        case .answered(_, let status): "\(route ?? "") and is answered with \(status)"
        case .forwarded: "\(route ?? "") and is forwarded, which counts as 200"
        }
    }
}
