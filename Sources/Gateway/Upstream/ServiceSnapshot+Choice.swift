import Policy

extension ServiceSnapshot {
    /// Who may be chosen. Each level that finds nobody gives way to the next: an attempt rather goes to the endpoint
    /// that it just failed at than to an ejected one, and to an ejected one rather than nowhere.
    private enum Level: CaseIterable {
        case others, sameAgain, ejected
    }

    /// Chooses an endpoint, and counts the request in flight there.
    ///
    /// - Parameters:
    ///   - excluded: an endpoint to avoid if there is another.
    ///   - turn: the next turn of a round robin; asked for once at most.
    ///   - random: where chance comes from.
    ///   - now: the time.
    /// - Returns: its position, or nil when no endpoint may be chosen.
    func choose(
        excluding excluded: Endpoint?, turn: () -> UInt64, random: inout some RandomNumberGenerator, now: UInt64
    ) -> Int? {
        let turn = settings.balance == .roundRobin ? turn() : 0
        for level in Level.allCases {
            if level == .sameAgain, excluded == nil { continue }
            let excluded = level == .others ? excluded : nil
            // Another loop may take the last free place of the one that was chosen: then choose again.
            for _ in endpoints.indices {
                guard
                    let index = choose(
                        turn: turn, random: &random, now: now,
                        share: { index in
                            let endpoint = self.endpoints[index]
                            guard endpoint.isServing, endpoint !== excluded, !self.isFull(endpoint) else { return 0 }
                            guard level == .ejected || !endpoint.isEjected(at: now) else { return 0 }
                            return endpoint.share(now: now, slowStart: self.settings.health.slowStart)
                        })
                else { break }
                if endpoints[index].enter(limit: settings.maxRequests) { return index }
            }
        }
        return nil
    }

    private func choose(
        turn: UInt64, random: inout some RandomNumberGenerator, now: UInt64, share: (Int) -> UInt64
    ) -> Int? {
        let weight = { (index: Int) in share(index) * UInt64(self.endpoints[index].weight) }
        let load = { (index: Int) in self.endpoints[index].load(now: now) }
        switch settings.balance {
        case .powerOfTwoChoices:
            return Balancer.powerOfTwoChoices(count: endpoints.count, random: &random, weight: weight, load: load)
        case .leastRequest:
            return Balancer.leastRequest(count: endpoints.count, random: &random, weight: weight, load: load)
        case .random:
            return Balancer.random(count: endpoints.count, random: &random, weight: weight)
        case .roundRobin:
            return Balancer.roundRobin(schedule: schedule, turn: turn, random: &random, share: share)
        }
    }

    private func isFull(_ endpoint: Endpoint) -> Bool {
        settings.maxRequests.map { endpoint.inFlight >= $0 } ?? false
    }

    /// Why nobody could be chosen.
    var reasonForNobody: Acquisition.Refusal {
        let candidates = endpoints.filter { !$0.isDraining && $0.weight > 0 }
        if candidates.isEmpty { return .noEndpoints }
        if candidates.contains(where: { $0.health == .up }) { return .saturated }
        return candidates.contains { $0.health == .unknown } ? .unknown : .noneHealthy
    }
}
