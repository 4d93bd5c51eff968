import Bytes

/// Collects the fields of a trailer section (RFC 9113 section 8.1). Those that must not come in one are left out, as over
/// HTTP/1 (RFC 9110 section 6.5.1).
struct TrailerSink: ~Copyable, HPACKSink {
    var fields = FieldBlock()
    private var collector: FieldCollector

    init(limits: HeadLimits) {
        collector = FieldCollector(.trailers, limits: limits)
    }

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        guard collector.failure == nil else { return }
        if let flaw = facts.flaw {
            collector.fail(.malformed(flaw))
        } else if facts.pseudo != nil {
            collector.fail(.malformed(.pseudoFieldInTrailers))
        } else if facts.known == .te || facts.known.mayBeTrailer {
            // `TE` is no trailer either, and makes the message malformed.
            collector.receive(name: name, value: value, facts: facts, into: &fields)
        }
    }

    func finish() throws(H2HeadError) {
        if let failure = collector.failure { throw failure }
    }
}

/// Forgets all fields, for blocks that are decoded for the table's sake only.
struct ForgetfulSink: ~Copyable, HPACKSink {
    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {}
}
