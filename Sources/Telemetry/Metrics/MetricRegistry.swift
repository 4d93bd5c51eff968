public import Bytes

/// All metrics of a process: families of series, made on demand and shown as Prometheus text.
///
/// Asking twice for the same family and labels gives the same metric, so counts survive a reload; `removeSeries` lets
/// those of removed routes go. The registry's lock is taken when metrics are made and when they are shown, never when
/// something is counted.
public final class MetricRegistry: Sendable {
    /// How many event loops count.
    public let shards: Int
    private let families = Monitor<[String: MetricFamily]>([:])

    /// - Parameter shards: how many event loops count; each uses its own number from zero.
    public init(shards: Int) {
        self.shards = shards
    }

    /// The counter of a family with the given labels.
    public func counter(_ name: String, help: String, _ labels: Labels = [:]) -> Counter {
        precondition(name.hasSuffix("_total"), "counters are named ..._total")
        let series = series(name, .counter, help, labels) { .counter(Counter(shards: shards)) }
        guard case .counter(let counter) = series else { preconditionFailure("\(name) is of another kind") }
        return counter
    }

    /// The gauge of a family with the given labels.
    public func gauge(_ name: String, help: String, _ labels: Labels = [:]) -> Gauge {
        let series = series(name, .gauge, help, labels) { .gauge(Gauge(shards: shards)) }
        guard case .gauge(let gauge) = series else { preconditionFailure("\(name) is of another kind") }
        return gauge
    }

    /// The histogram of a family with the given labels.
    public func histogram(
        _ name: String, help: String, _ labels: Labels = [:], buckets: HistogramBuckets = .latency
    ) -> Histogram {
        let series = series(name, .histogram, help, labels) {
            .histogram(Histogram(shards: shards, buckets: buckets))
        }
        guard case .histogram(let histogram) = series else { preconditionFailure("\(name) is of another kind") }
        return histogram
    }

    /// The counter of requests, by method and code, of a family with the given labels.
    public func requestCounter(_ name: String, help: String, _ labels: Labels = [:]) -> RequestCounter {
        precondition(name.hasSuffix("_total"), "counters are named ..._total")
        let series = series(name, .counter, help, labels) { .requests(RequestCounter(shards: shards)) }
        guard case .requests(let requests) = series else { preconditionFailure("\(name) is of another kind") }
        return requests
    }

    /// The counter of a family with the given labels and one more, whose values are known beforehand.
    /// - Parameters:
    ///   - label: the further label's name.
    ///   - values: its values, counted by their index.
    public func choiceCounter(
        _ name: String, help: String, _ labels: Labels = [:], label: String, values: [String]
    ) -> ChoiceCounter {
        precondition(name.hasSuffix("_total"), "counters are named ..._total")
        let series = series(name, .counter, help, labels) {
            .choices(ChoiceCounter(shards: shards, label: label, names: values))
        }
        guard case .choices(let choices) = series else { preconditionFailure("\(name) is of another kind") }
        return choices
    }

    /// Lets `read` say, at each scrape, what the series of a family are and what they read. Replaces what the family
    /// read before. `read` runs on the scraping thread, without the registry's lock.
    public func observe(
        _ name: String, _ kind: ObservedKind = .gauge, help: String, _ read: @escaping @Sendable () -> [Sample]
    ) {
        families.withLock { families in
            var family = families[name] ?? MetricFamily(name: name, help: help, kind: kind.kind)
            precondition(family.kind == kind.kind, "a metric family has one kind")
            family.read = read
            families[name] = family
        }
    }

    /// Drops every series for whose labels `isObsolete` says so. Who still holds one may go on counting in vain.
    public func removeSeries(where isObsolete: (Labels) -> Bool) {
        families.withLock { families in
            for name in Array(families.keys) {
                guard let old = families[name]?.series.filter({ isObsolete($0.key) }), !old.isEmpty else { continue }
                for labels in old.keys { families[name]?.series[labels] = nil }
            }
        }
    }

    /// Appends all metrics in the Prometheus text format.
    /// - Parameters:
    ///   - buffer: where to append.
    ///   - observations: families that are read just now, beside those of the registry.
    public func render(into buffer: inout ByteBuffer, with observations: [Observation] = []) {
        let families = families.withLock { Array($0.values) } + observations.map(\.family)
        for family in families.sorted(by: { $0.name < $1.name }) { family.render(into: &buffer) }
    }

    private func series(
        _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: Labels, make: () -> MetricFamily.Series
    ) -> MetricFamily.Series {
        families.withLock { families in
            if let known = families[name]?.series[labels] { return known }
            precondition(families[name].map { $0.kind == kind } ?? true, "a metric family has one kind")
            let made = make()
            families[name, default: MetricFamily(name: name, help: help, kind: kind)].series[labels] = made
            return made
        }
    }
}
