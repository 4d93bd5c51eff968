import Bytes

/// Makes a ``ResponseHead`` of the fields of a block (RFC 9113 section 8.3.2).
struct ResponseSink: ~Copyable, HPACKSink {
    var head = ResponseHead()
    private var collector: FieldCollector
    private var hasStatus = false

    init(limits: HeadLimits) {
        collector = FieldCollector(.response, limits: limits)
    }

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        guard collector.failure == nil else { return }
        if let flaw = facts.flaw {
            collector.fail(.malformed(flaw))
        } else if let pseudo = facts.pseudo {
            do throws(H2Malformed) {
                try receive(pseudo, value)
            } catch {
                collector.fail(.malformed(error))
            }
        } else {
            collector.receive(name: name, value: value, facts: facts, into: &head.fields)
        }
    }

    private mutating func receive(_ pseudo: PseudoField, _ value: Span<UInt8>) throws(H2Malformed) {
        guard pseudo == .status else { throw .misplacedPseudoField }
        guard !collector.hasFields else { throw .latePseudoField }
        guard !hasStatus else { throw .repeatedPseudoField }
        hasStatus = true
        guard value.count == 3 else { throw .badStatus }
        var status = 0
        for index in value.indices {
            guard ASCII.isDigit(value[index]) else { throw .badStatus }
            status = status * 10 + Int(value[index] - UInt8(ascii: "0"))
        }
        guard status >= 100 else { throw .badStatus }
        guard status != 101 else { throw .switchingProtocols }
        head.status = status
    }

    /// Checks the head as a whole, after its last field.
    mutating func finish() throws(H2HeadError) {
        if let failure = collector.failure { throw failure }
        guard hasStatus else { throw .malformed(.missingStatus) }
        try collector.checkLength(head.fields)
    }
}
