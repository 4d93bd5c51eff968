import Foundation
import Gateway
import Policy
import Testing

@Suite struct HealthDocumentTests {
    static func makeInput(
        phase: HealthInput.Phase = .ready, error: String? = nil, services: [ServiceHealth] = []
    ) -> HealthInput {
        HealthInput(
            phase: phase, version: "1.0.0", uptimeSeconds: 42,
            configuration: ConfigurationHealth(
                generation: 3, hash: "ab12", loadedAt: 784_111_777_000, lastError: error),
            services: services)
    }

    static let healthy = ServiceHealth(
        name: "products", endpoints: [EndpointHealth(name: "a", state: .up), EndpointHealth(name: "b", state: .up)],
        breaker: .closed, processes: [ProcessHealth(instance: 0, pid: 7)])

    private func parse(_ document: AdminDocument) throws -> [String: Any] {
        #expect(document.contentType == "application/health+json")
        return try #require(try JSONSerialization.jsonObject(with: Data(document.body)) as? [String: Any])
    }

    @Test func `a healthy gateway passes and shows everything`() throws {
        let document = HealthDocument.full(Self.makeInput(services: [Self.healthy]))
        #expect(document.status == 200)
        #expect(
            String(decoding: document.body, as: UTF8.self) == #"""
                {"status":"pass","version":"1.0.0","phase":"ready","uptime":42,"config":{"generation":3,"hash":"ab12","loadedAt":"1994-11-06T08:49:37.000Z","lastError":null},"services":{"products":{"status":"pass","endpoints":{"healthy":2,"total":2,"all":[{"name":"a","state":"up"},{"name":"b","state":"up"}]},"breaker":"closed","process":[{"instance":0,"pid":7,"restarts":0}]}}}

                """#)
    }

    @Test(
        arguments: [
            (ServiceHealth(name: "s", endpoints: [EndpointHealth(name: "a", state: .down)]), "warn"),
            (ServiceHealth(name: "s", endpoints: [EndpointHealth(name: "a", state: .ejected)]), "warn"),
            (ServiceHealth(name: "s", endpoints: [EndpointHealth(name: "a", state: .unknown)]), "pass"),
            (ServiceHealth(name: "s", endpoints: [], breaker: .open), "warn"),
            (ServiceHealth(name: "s", endpoints: [], breaker: .halfOpen), "warn"),
            (ServiceHealth(name: "s", endpoints: [], breaker: .closed), "pass"),
            (ServiceHealth(name: "s", endpoints: [], processes: [ProcessHealth(instance: 0, pid: nil)]), "warn"),
            (ServiceHealth(name: "s", endpoints: []), "pass"),
        ])
    func `a dead backend is a warning with status 200`(service: ServiceHealth, status: String) throws {
        let document = HealthDocument.full(Self.makeInput(services: [Self.healthy, service]))
        let object = try parse(document)
        #expect(document.status == 200)
        #expect(object["status"] as? String == status)
        let services = object["services"] as? [String: [String: Any]]
        #expect(services?["s"]?["status"] as? String == status)
        #expect(services?["products"]?["status"] as? String == "pass")
        #expect((object["notes"] != nil) == (status == "warn"))
    }

    @Test func `a failed reload is a warning that says what is wrong`() throws {
        let object = try parse(HealthDocument.full(Self.makeInput(error: "routes.json:3:7: unknown key \"mach\"")))
        #expect(object["status"] as? String == "warn")
        #expect(
            (object["config"] as? [String: Any])?["lastError"] as? String == "routes.json:3:7: unknown key \"mach\"")
    }

    @Test(arguments: [HealthInput.Phase.starting, .draining])
    func `a gateway that does not serve fails`(phase: HealthInput.Phase) throws {
        let document = HealthDocument.full(Self.makeInput(phase: phase, services: [Self.healthy]))
        #expect(document.status == 503)
        #expect(try parse(document)["status"] as? String == "fail")
        #expect(HealthDocument.ready(phase).status == 503)
        #expect(try parse(HealthDocument.ready(phase))["phase"] as? String == phase.rawValue)
    }

    @Test func `ready and live do not look at backends`() throws {
        #expect(HealthDocument.ready(.ready).status == 200)
        #expect(HealthDocument.live().status == 200)
        #expect(try parse(HealthDocument.live())["status"] as? String == "pass")
    }

    @Test func `a list of revocations that cannot be read is a warning`() throws {
        var input = Self.makeInput(services: [Self.healthy])
        input.revocations = [RevocationHealth(profile: "shop", service: "auth", count: 3, ageSeconds: 1)]
        #expect(try parse(HealthDocument.full(input))["status"] as? String == "pass")
        input.revocations.append(
            RevocationHealth(profile: "other", service: "auth", count: 0, lastError: "status 503"))
        let object = try parse(HealthDocument.full(input))
        #expect(object["status"] as? String == "warn")
        #expect(object["notes"] as? [String] == ["jwt.other: auth could not be asked for revocations ever: status 503"])
        let lists = object["revocations"] as? [String: [String: Any]]
        #expect(lists?["shop"]?["status"] as? String == "pass")
        #expect(lists?["shop"]?["revoked"] as? Int == 3)
        #expect(lists?["shop"]?["age"] as? Int == 1)
        #expect(lists?["other"]?["status"] as? String == "warn")
        #expect(lists?["other"]?["age"] is NSNull)
    }

    @Test func `a crashed process shows how it ended`() throws {
        let process = ProcessHealth(
            instance: 1, pid: nil, restarts: 4, lastExit: "exit code 1", lastStderr: ["cannot open \"x\"", "bye\u{1B}"])
        let object = try parse(
            HealthDocument.full(
                Self.makeInput(services: [ServiceHealth(name: "s", endpoints: [], processes: [process])])))
        let services = object["services"] as? [String: [String: Any]]
        let shown = (services?["s"]?["process"] as? [[String: Any]])?.first
        #expect(shown?["pid"] is NSNull)
        #expect(shown?["restarts"] as? Int == 4)
        #expect(shown?["lastExit"] as? String == "exit code 1")
        #expect(shown?["lastStderr"] as? [String] == ["cannot open \"x\"", "bye\u{1B}"])
    }
}
