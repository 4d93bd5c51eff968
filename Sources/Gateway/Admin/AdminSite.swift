internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import Transport

/// What the gateway says about itself over HTTP: on the admin address all of it, on the public one health and metrics for
/// those who may.
struct AdminSite: Sendable {
    /// A page that is rendered when it is asked for.
    enum Page: Sendable, CaseIterable {
        case health
        case live
        case ready
        case metrics
        case routes
        case dashboard

        /// The page at a path, nil for none.
        init?(_ head: borrowing RequestHead) {
            let path = head.path
            guard head.method == .get || head.method == .head else { return nil }
            if path.equals("/health") {
                self = .health
            } else if path.equals("/metrics") {
                self = .metrics
            } else if path.equals("/health/live") {
                self = .live
            } else if path.equals("/health/ready") {
                self = .ready
            } else if path.equals("/routes") {
                self = .routes
            } else if path.equals("/") {
                self = .dashboard
            } else {
                return nil
            }
        }

        /// Whether the public address has it too.
        var isPublic: Bool { self != .routes && self != .dashboard }
    }

    let core: GatewayCore

    /// Answers on the public address, if the page is there and the client may see it; to everybody else it does not exist.
    /// - Parameter client: who asks, behind trusted proxies: a proxy on this machine must not make everybody local. Nil
    ///   for a peer on a Unix socket, who has passed the file's permissions.
    func answerPublicly(
        _ exchange: Exchange, to client: InternetAddress?, worker: Worker
    ) async throws(Failure) -> Bool {
        guard let page = Page(exchange.request), page.isPublic,
            client.map({ worker.snapshot.configuration.adminAllow.contains(address: $0) }) ?? true
        else { return false }
        try await answer(page, exchange, worker: worker)
        return true
    }

    /// Renders a page and sends it.
    func answer(_ page: Page, _ exchange: Exchange, worker: Worker) async throws(Failure) {
        // A scrape of thousands of series takes its time, and that is not the loop's.
        let answer = await OffLoop.run("render") { [self] in render(page) }
        try await send(answer, exchange, worker: worker)
    }

    private static let securityPolicy = Array("content-security-policy".utf8)

    /// Sends an answer.
    func send(_ answer: AdminDocument, _ exchange: Exchange, worker: Worker) async throws(Failure) {
        exchange.response.status = answer.status
        let contentType = Array(answer.contentType.utf8)
        exchange.response.fields.append(.contentType, value: contentType.span)
        if let policy = answer.contentSecurityPolicy.map({ Array($0.utf8) }) {
            exchange.response.fields.append(name: Self.securityPolicy.span, value: policy.span)
        }
        exchange.response.fields.append(.cacheControl, value: "no-store")
        ResponseWriter.addCommon(exchange, worker: worker)
        try await ResponseWriter.send(answer.body, to: exchange)
    }

    private func render(_ page: Page) -> AdminDocument {
        switch page {
        case .live: return HealthDocument.live()
        case .ready: return HealthDocument.ready(core.state.phase)
        case .health: return HealthDocument.full(HealthCollector(core: core).health())
        case .metrics:
            return core.metrics.document(
                MetricsInput(
                    health: HealthCollector(core: core).health(),
                    rateLimitKeys: [(policy: "all", count: core.limiter.keyCount)],
                    certificates: core.state.certificates, droppedLogLines: core.droppedLines))
        case .routes:
            let snapshot = core.box.snapshot
            return RoutesDocument.render(
                snapshot.configuration.routeRows.map { row in
                    RoutesDocument.Row(
                        name: row[0], match: row[1], destination: row[2], auth: row[3],
                        rateLimit: row[4] == "-" ? nil : row[4])
                },
                generation: Int(snapshot.generation))
        case .dashboard:
            var random = SystemRandomNumberGenerator()
            return DashboardPage.render(using: &random)
        }
    }
}
