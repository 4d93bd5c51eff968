import Bytes

/// The series that share a name, a help text and a kind.
struct MetricFamily: Sendable {
    enum Kind: Sendable {
        case counter, gauge, histogram
    }

    enum Series: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case requests(RequestCounter)
        case choices(ChoiceCounter)
    }

    let name: String
    let help: String
    let kind: Kind
    var series: [Labels: Series] = [:]
    var read: (@Sendable () -> [Sample])?

    init(name: String, help: String, kind: Kind) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    /// Appends the family, or nothing when it has no series. Histograms that counted nothing are left out: ten thousand
    /// idle routes would make half a million lines.
    func render(into buffer: inout ByteBuffer) {
        let samples = read?() ?? []
        let shown = series.filter { entry in
            if case .histogram(let histogram) = entry.value { histogram.snapshot.count > 0 } else { true }
        }
        guard !samples.isEmpty || !shown.isEmpty else { return }
        var text = PrometheusText(name: name, kind: kind, help: help, into: buffer.take())
        for (labels, series) in shown.sorted(by: { $0.key.order.lexicographicallyPrecedes($1.key.order) }) {
            switch series {
            case .counter(let counter): text.sample(labels, counter.value)
            case .gauge(let gauge): text.sample(labels, Double(gauge.value))
            case .histogram(let histogram): text.histogram(labels, histogram.snapshot)
            case .requests(let requests):
                for value in requests.values {
                    text.sample(labels.adding("method", value.method).adding("code", String(value.status)), value.count)
                }
            case .choices(let choices):
                for value in choices.values { text.sample(labels.adding(choices.label, value.name), value.count) }
            }
        }
        for sample in samples { text.sample(sample.labels, sample.value) }
        buffer = text.finish()
    }
}

extension Labels {
    fileprivate var order: [String] { all.map(\.value) }
}
