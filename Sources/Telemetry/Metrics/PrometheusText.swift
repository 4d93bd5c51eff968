import Bytes

/// Writes one metric family in the Prometheus text exposition format, version 0.0.4.
struct PrometheusText: ~Copyable {
    private var buffer: ByteBuffer
    private let name: String

    /// Starts a family with its `HELP` and `TYPE` lines.
    init(name: String, kind: MetricFamily.Kind, help: String, into buffer: consuming ByteBuffer) {
        self.buffer = buffer
        self.name = name
        self.buffer.append("# HELP ")
        self.buffer.append(string: name)
        self.buffer.append(" ")
        append(escaping: help, quotes: false)
        self.buffer.append("\n# TYPE ")
        self.buffer.append(string: name)
        switch kind {
        case .counter: self.buffer.append(" counter\n")
        case .gauge: self.buffer.append(" gauge\n")
        case .histogram: self.buffer.append(" histogram\n")
        }
    }

    /// Hands over the text.
    consuming func finish() -> ByteBuffer { buffer }

    mutating func sample(_ labels: Labels, _ value: UInt64) {
        series("", labels)
        buffer.append(decimal: value)
        buffer.append("\n")
    }

    mutating func sample(_ labels: Labels, _ value: Double) {
        series("", labels)
        append(value)
        buffer.append("\n")
    }

    /// A histogram of nanoseconds, shown in seconds: buckets accumulated, then sum and count.
    mutating func histogram(_ labels: Labels, _ snapshot: Histogram.Snapshot) {
        var total: UInt64 = 0
        for (index, count) in snapshot.counts.enumerated() {
            total &+= count
            let bound = index < snapshot.bounds.count ? snapshot.bounds[index] : nil
            series("_bucket", labels, upTo: .some(bound))
            buffer.append(decimal: total)
            buffer.append("\n")
        }
        series("_sum", labels)
        append(Double(snapshot.sum) / 1e9)
        buffer.append("\n")
        series("_count", labels)
        buffer.append(decimal: total)
        buffer.append("\n")
    }

    /// Appends `name{labels} `. The bound is nil when there is none, and nil within when it is infinite.
    private mutating func series(_ suffix: StaticString, _ labels: Labels, upTo bound: Nanoseconds?? = .none) {
        buffer.append(string: name)
        buffer.append(suffix)
        var opening: UInt8 = UInt8(ascii: "{")
        for label in labels.all {
            buffer.append(opening)
            buffer.append(string: label.name)
            buffer.append("=\"")
            append(escaping: label.value, quotes: true)
            buffer.append("\"")
            opening = UInt8(ascii: ",")
        }
        if let bound {
            buffer.append(opening)
            buffer.append("le=\"")
            append(bound.map { Double($0) / 1e9 } ?? .infinity)
            buffer.append("\"")
            opening = UInt8(ascii: ",")
        }
        buffer.append(opening == UInt8(ascii: ",") ? "} " : " ")
    }

    private mutating func append(_ value: Double) {
        if value.isNaN {
            buffer.append("NaN")
        } else if value.isInfinite {
            buffer.append(value > 0 ? "+Inf" : "-Inf")
        } else if let whole = Int64(exactly: value) {
            if whole < 0 { buffer.append("-") }
            buffer.append(decimal: whole.magnitude)
        } else {
            buffer.append(string: value.description)
        }
    }

    private mutating func append(escaping text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): buffer.append("\\\\")
            case UInt8(ascii: "\n"): buffer.append("\\n")
            case UInt8(ascii: "\"") where quotes: buffer.append("\\\"")
            default: buffer.append(byte)
            }
        }
    }
}
