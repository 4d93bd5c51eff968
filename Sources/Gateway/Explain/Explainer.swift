internal import Bytes
internal import HTTP
internal import JWT
internal import Reactor
internal import Telemetry

extension Configuration {
    /// Tells what would happen to a request, stage by stage.
    /// - Parameter now: Unix seconds, by which tokens are judged.
    public func explain(_ request: ExplainedRequest, now: Int64) -> Explanation {
        var explainer = Explainer(configuration: self, request: request, now: now)
        explainer.run()
        return explainer.explanation
    }
}

/// Walks a request through the stages of ``Pipeline`` with the same functions, and notes what each of them says.
struct Explainer {
    let configuration: Configuration
    let request: ExplainedRequest
    let now: Int64
    var explanation = Explanation()

    private var peer: SocketAddress {
        request.peer.isIPv4 ? .ipv4(request.peer, port: 0) : .ipv6(request.peer, port: 0)
    }

    init(configuration: Configuration, request: ExplainedRequest, now: Int64) {
        self.configuration = configuration
        self.request = request
        self.now = now
    }

    mutating func run() {
        var head = RequestHead()
        do { try request.parse(into: &head, for: configuration) } catch {
            explanation.refuse("request", .malformed(error))
            return
        }
        var query = ""
        if let bytes = head.query { query = "?" + bytes.text }
        explanation.add(
            "request", "\(head.methodToken.text) https://\(head.authority.text)\(head.path.text)\(query)")
        if answersItself(head) { return }
        let client = ClientAddress.resolve(peer: peer, fields: head.fields, trusted: configuration.trustedProxies)
        if let client, client != request.peer {
            explanation.add("client", "\(client), whom the trusted proxy \(request.peer) names")
        }
        guard let (route, captures) = findRoute(head) else { return }
        if let shield = configuration.limits.shield { explainLimit("shield", shield, head, client, nil) }
        if route.cors != nil, CORS.isPreflight(head) {
            explanation.answer(204, "to the preflight, by the route's CORS rules")
            return
        }
        let principal = authenticate(head, route)
        for rule in route.definition.rateLimits { explainLimit("limit", rule, head, client, principal) }
        switch route.definition.action {
        case .respond(let response): explanation.answer(response.status, "by the gateway itself")
        case .forward(let services):
            explainServices(services, route.definition)
            writeUpstream(&head, route, captures, client: client, principal: principal)
        }
    }

    private mutating func answersItself(_ head: borrowing RequestHead) -> Bool {
        guard let page = AdminSite.Page(head), page.isPublic else { return false }
        if configuration.adminAllow.contains(address: request.peer) {
            explanation.answer(200, "or what it is just then: the gateway's own page, for peers in admin.allow")
            return true
        }
        explanation.add("answer", "\(request.peer) is not in admin.allow, so the gateway's own page is not there")
        return false
    }

    // MARK: Route

    private mutating func findRoute(_ head: borrowing RequestHead) -> (Route, Captures)? {
        var conflicts: [RouteConflict] = []
        let patterns = configuration.routes.map(\.pattern)
        let method = CORS.isPreflight(head) ? CORS.requestedMethod(head) : nil
        switch RouteTable(patterns, conflicts: &conflicts).match(head, as: method) {
        case .notFound:
            explanation.refuse("route", .routeNotFound)
            compare(head, as: method, winner: nil)
            return nil
        case .methodNotAllowed(let allow):
            explanation.refuse("route", .methodNotAllowed(allow), "Allow: \(allow.allowValue)")
            compare(head, as: method, winner: nil)
            return nil
        case .found(let index, let captures):
            let definition = configuration.routes[index]
            var text = "\(definition.name): \(definition.pattern)"
            let names = definition.pattern.path.captureNames
            for (place, name) in names.enumerated() {
                guard let range = captures[place] else { continue }
                text += (place == 0 ? ", with " : ", ") + "\(name)=\(head.path.extracting(range).text)"
            }
            explanation.add("route", text)
            compare(head, as: method, winner: index)
            if head.hasEncodedSlash, !definition.allowsEncodedSlash {
                explanation.refuse("path", .malformed(.encodedSlash))
            }
            return (Route(definition, index: index), captures)
        }
    }

    private mutating func compare(_ head: borrowing RequestHead, as method: Method?, winner: Int?) {
        let comparison = RouteComparison(winner: winner.map { configuration.routes[$0] })
        for (index, route) in configuration.routes.enumerated() where index != winner {
            if let reason = comparison.reason(against: route.pattern, head, as: method) {
                explanation.rivals.append(
                    Explanation.Rival(route: route.name, match: "\(route.pattern)", reason: reason))
            } else {
                explanation.otherRoutes += 1
            }
        }
    }

    // MARK: Token

    private mutating func authenticate(_ head: borrowing RequestHead, _ route: Route) -> Principal? {
        let rule = route.definition.auth
        guard rule.mode != .none else {
            explanation.add("token", "none is looked at")
            return nil
        }
        var wanted = "jwt " + rule.profiles.map { configuration.tokenProfiles[$0].name }.joined(separator: " or ")
        if !rule.scopes.isEmpty { wanted += ", scopes " + rule.scopes.joined(separator: " and ") }
        if !rule.roles.isEmpty { wanted += ", role " + rule.roles.joined(separator: " or ") }
        var authenticators: [Authenticator] = []
        for profile in configuration.tokenProfiles {
            do {
                let verifier = try SnapshotBuilder.verifier(profile)
                authenticators.append(Authenticator(profile: profile, verifier: verifier, limits: configuration.limits))
            } catch {
                explanation.add("token", "cannot be judged: \(error.description)")
                return nil
            }
        }
        do {
            let principal = try Authentication.authenticate(
                head.fields, by: route.auth, with: authenticators, now: Instant(nanoseconds: 0), unixSeconds: now)
            if let principal {
                try Authentication.authorize(principal, by: route.auth)
                let subject = String(decoding: principal.subject, as: UTF8.self)
                let left = principal.expiry - now
                explanation.add(
                    "token", "accepted for \(subject.isEmpty ? "no sub" : subject), expires in \(left) s (\(wanted))")
            } else {
                explanation.add("token", "there is none, which is allowed: the request is anonymous (\(wanted))")
            }
            return principal
        } catch {
            explanation.refuse("token", error, "(\(wanted))")
            return nil
        }
    }
}
