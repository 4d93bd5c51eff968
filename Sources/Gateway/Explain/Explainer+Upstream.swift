internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor
internal import Telemetry

extension Explainer {
    /// Says who shares the bucket that the request takes from.
    mutating func explainLimit(
        _ stage: String, _ rule: RateLimitRule, _ head: borrowing RequestHead, _ client: InternetAddress?,
        _ principal: Principal?
    ) {
        var counted: String?
        switch rule.key {
        case .route: counted = "all requests of the route together"
        case .subject:
            if let principal, !principal.subject.isEmpty {
                counted = "sub " + String(decoding: principal.subject, as: UTF8.self)
            }
        case .token: if principal != nil { counted = "this token" }
        case .header(let name):
            if let index = head.fields.firstIndex(named: Array(name.utf8).span) {
                counted = "\(name): \(head.fields.value(at: index).text)"
            }
        case .ip: break
        }
        explanation.add(stage, "\(rule.text), counted for \(counted ?? Self.network(of: client))")
    }

    /// What counts as one address.
    private static func network(of client: InternetAddress?) -> String {
        guard let client else { return "clients without an address" }
        return client.isIPv4 ? "\(client)" : "\(InternetAddress(high: client.high, low: 0))/64"
    }

    /// Says where the request may go, and how long that may take.
    mutating func explainServices(_ services: [WeightedService], _ route: RouteDefinition) {
        let total = services.reduce(0) { $0 + $1.weight }
        for target in services where target.weight > 0 {
            let row = configuration.serviceRows[target.service]
            let share = target.weight == total ? "" : ", \(target.weight) of \(total) requests"
            let spoken = configuration.services[target.service].protocol.isHTTP2 ? "\(row[2]), " : ""
            explanation.add("service", "\(row[0]): \(row[1]), \(spoken)\(row[3])\(share)")
        }
        let (timeouts, retries) = (route.timeouts, route.retry.count)
        let perTry = Literal.duration(timeouts.perTry(retries: retries))
        let tries = retries == 0 ? "no retry" : "\(retries) \(retries == 1 ? "retry" : "retries"), \(perTry) a try"
        explanation.add(
            "budget", "\(Literal.duration(timeouts.total)), \(tries), body \(Literal.byteCount(route.bodyLimit))")
    }

    /// Writes the head that the service gets, made as ``RequestFields`` makes it.
    mutating func writeUpstream(
        _ head: inout RequestHead, _ route: Route, _ captures: Captures, client: InternetAddress?, principal: Principal?
    ) {
        var random = FastRandom()
        var scratch = ByteBuffer()
        let isTrusted = configuration.trustedProxies.contains(address: request.peer)
        let owned = configuration.routes.flatMap(\.auth.claims).map { Array($0.header.utf8) }
        Identification.identify(&head.fields, using: &random, scratch: &scratch)
        do {
            try RequestFields.strip(&head.fields, owned: owned, isTrusted: isTrusted)
            RequestFields.addOrigin(
                to: &head, peer: request.peer, client: client, isTrusted: isTrusted, scratch: &scratch)
            try RequestFields.addVia(
                &head.fields, version: .http11, identity: Array("gateway".utf8), scratch: &scratch)
        } catch {
            explanation.refuse("forward", error)
            return
        }
        if let principal {
            RequestFields.addClaims(route.auth.claims, of: principal, to: &head.fields)
        } else if explanation.status != nil {
            // What a good token would bring.
            for claim in route.definition.auth.claims {
                head.fields.append(name: Array(claim.header.utf8).span, value: Array("<\(claim.claim)>".utf8).span)
            }
        }
        CompiledHeaderEdits(route.definition.requestHeaders.redacted).apply(to: &head.fields)
        redact(.authorization, in: &head.fields)
        redact(.cookie, in: &head.fields)
        var buffer = ByteBuffer()
        H1Writer.startRequest(head, to: &buffer) { buffer in
            UpstreamRequest.writeTarget(of: head, route.rewrite, captures, to: &buffer)
        }
        H1Writer.fields(head.fields, to: &buffer)
        H1Writer.endOfFields(to: &buffer)
        explanation.upstream = buffer.readable.text.replacingLineEnds
    }

    private func redact(_ field: KnownField, in fields: inout FieldBlock) {
        guard fields.contains(field) else { return }
        fields.removeAll(of: field)
        fields.append(field, value: "<as sent>")
    }
}

extension HeaderEdits {
    /// The same changes with secrets left out.
    fileprivate var redacted: HeaderEdits {
        var edits = self
        edits.set = set.map { HeaderField(name: $0.name, value: ConfiguredText(value: $0.value.description)) }
        edits.add = add.map { HeaderField(name: $0.name, value: ConfiguredText(value: $0.value.description)) }
        return edits
    }
}

extension String {
    /// The lines of a head, without the empty one at its end.
    fileprivate var replacingLineEnds: String {
        split(whereSeparator: \.isNewline).joined(separator: "\n")
    }
}
