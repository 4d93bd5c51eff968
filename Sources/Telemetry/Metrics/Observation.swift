/// What an observed family counts.
public enum ObservedKind: Sendable {
    /// Values that grow and shrink.
    case gauge
    /// Values that only grow; the family is named `..._total`.
    case counter

    var kind: MetricFamily.Kind {
        switch self {
        case .gauge: .gauge
        case .counter: .counter
        }
    }
}

/// What an observed series reads at one moment.
public struct Sample: Sendable {
    /// The series.
    public let labels: Labels
    /// Its value.
    public let value: Double

    /// - Parameters:
    ///   - value: the series' value.
    ///   - labels: the series' labels.
    public init(_ value: Double, _ labels: Labels = [:]) {
        self.labels = labels
        self.value = value
    }
}

/// A family that is not counted but read, at the moment of a scrape.
public struct Observation: Sendable {
    let family: MetricFamily

    /// - Parameters:
    ///   - name: the family's name, which the registry does not have.
    ///   - kind: whether values only grow.
    ///   - help: what it tells.
    ///   - samples: its series; the family is left out when there are none.
    public init(_ name: String, _ kind: ObservedKind = .gauge, help: String, _ samples: [Sample]) {
        var family = MetricFamily(name: name, help: help, kind: kind.kind)
        family.read = { samples }
        self.family = family
    }
}
