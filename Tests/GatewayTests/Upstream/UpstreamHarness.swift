import Bytes
import Foundation
import Policy
import Reactor

@testable import Gateway

/// A service with endpoints `a`, `b`, ... and a clock that the test moves.
final class UpstreamHarness {
    let service: Service
    let transitions: Lock<[String]>
    var random = SplitMix(seed: 5)
    var now = Instant(nanoseconds: 1_000_000_000_000)

    static func endpoint(_ name: String, weight: Int = 1) -> EndpointDefinition {
        EndpointDefinition(name: name, address: .unix(path: "/run/\(name)"), weight: weight)
    }

    init(_ names: String, loops: Int = 2, checked: Bool = false, _ change: (inout ServiceSettings) -> Void = { _ in }) {
        var settings = ServiceSettings()
        settings.health.isEnabled = checked
        settings.breaker.jitter = 0
        change(&settings)
        let transitions = Lock<[String]>([])
        self.transitions = transitions
        service = Service(
            name: "test", settings: settings, endpoints: names.map { Self.endpoint(String($0)) }, loops: loops, seed: 1
        ) { _, transition in
            let text =
                switch transition {
                case .health(let endpoint, let state): "\(endpoint.name) \(state)"
                case .ejected(let endpoint, let length): "\(endpoint.name) ejected \(length / 1_000_000_000)"
                case .breaker(let transition): "\(transition.to)"
                }
            transitions.withLock { $0.append(text) }
        }
    }

    var log: [String] { transitions.withLock { $0 } }

    func endpoint(_ name: String) -> Endpoint { service.endpoints.first { $0.name == name }! }

    func advance(_ seconds: Double) { now = now + Nanoseconds(seconds * 1e9) }

    func acquire(loop: Int = 0, excluding: Endpoint? = nil) -> Acquisition {
        service.acquire(loop: loop, excluding: excluding, random: &random, now: now)
    }

    /// A lease where a refusal would be a mistake.
    func lease(loop: Int = 0, excluding: Endpoint? = nil) throws -> UpstreamLease {
        switch acquire(loop: loop, excluding: excluding) {
        case .lease(let lease): return lease
        case .refused(let refusal): throw Refused(refusal: refusal)
        }
    }

    struct Refused: Error {
        let refusal: Acquisition.Refusal
    }

    /// Sends a request that goes as said.
    ///
    /// - Returns: the endpoint's name, or why it was refused.
    @discardableResult
    func send(
        _ outcome: UpstreamOutcome = .response(status: 200), excluding: Endpoint? = nil, latency: Nanoseconds = 1000
    ) -> String {
        switch acquire(excluding: excluding) {
        case .lease(let lease):
            let name = lease.endpoint.name
            lease.finish(outcome, latency: latency, now: now)
            return name
        case .refused(let refusal): return "\(refusal)"
        }
    }

    func refusal() -> Acquisition.Refusal? {
        switch acquire() {
        case .lease: nil
        case .refused(let refusal): refusal
        }
    }

    func check(_ name: String, _ results: Bool...) {
        for result in results { service.recordActiveCheck(endpoint(name), passed: result, now: now) }
    }

    /// The names that many requests went to.
    func names(_ count: Int = 200) -> Set<String> { Set((0..<count).map { _ in send() }) }
}

/// Runs `body` on threads of their own, all at once, and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ thread: Int) -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
        group.enter()
        Thread {
            body(number)
            group.leave()
        }.start()
    }
    group.wait()
}
