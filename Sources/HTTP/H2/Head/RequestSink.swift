import Bytes

/// Makes a ``RequestHead`` of the fields of a block (RFC 9113 section 8.3.1, RFC 8441 section 4).
struct RequestSink: ~Copyable, HPACKSink {
    var head = RequestHead()
    private let limits: HeadLimits
    private var collector: FieldCollector
    private var seen = PseudoFieldSet()

    init(limits: HeadLimits) {
        self.limits = limits
        collector = FieldCollector(.request, limits: limits)
    }

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        guard collector.failure == nil else { return }
        if let flaw = facts.flaw {
            collector.fail(.malformed(flaw))
        } else if let pseudo = facts.pseudo {
            do throws(H2HeadError) {
                try receive(pseudo, value)
            } catch {
                collector.fail(error)
            }
        } else {
            collector.receive(name: name, value: value, facts: facts, into: &head.fields)
        }
    }

    private mutating func receive(_ pseudo: PseudoField, _ value: Span<UInt8>) throws(H2HeadError) {
        guard !collector.hasFields else { throw .malformed(.latePseudoField) }
        guard seen.insert(pseudo) else { throw .malformed(.repeatedPseudoField) }
        guard value.count <= limits.startLineBytes else { throw .refused(.targetTooLong) }
        switch pseudo {
        case .method:
            do throws(H1Error) { try head.setMethod(value) } catch { throw .malformed(.badMethod) }
        case .scheme:
            if value.equalsIgnoringCase("https") {
                head.scheme = .https
            } else if value.equalsIgnoringCase("http") {
                head.scheme = .http
            } else {
                throw .malformed(.badScheme)
            }
        case .authority:
            guard Authority(value) != nil else {
                throw .malformed(value.isEmpty ? .missingAuthority : .badAuthority)
            }
            head.authorityRange = head.keep(value)
        case .path:
            try head.setPath(pseudoField: value, allowsEncodedSlashes: limits.allowsEncodedSlashes)
        case .protocol:
            guard FieldSyntax.isToken(value) else { throw .malformed(.badProtocol) }
            head.setExtendedProtocol(value)
        case .status:
            throw .malformed(.misplacedPseudoField)
        }
    }

    /// Checks the head as a whole, after its last field.
    mutating func finish() throws(H2HeadError) {
        if let failure = collector.failure { throw failure }
        guard seen.contains(.method) else { throw .malformed(.missingMethod) }
        if head.method == .connect, !seen.contains(.protocol) {
            guard !seen.contains(.scheme), !seen.contains(.path) else { throw .malformed(.badConnect) }
        } else {
            guard head.method == .connect || !seen.contains(.protocol) else {
                throw .malformed(.protocolWithoutConnect)
            }
            guard seen.contains(.scheme) else { throw .malformed(.missingScheme) }
            guard seen.contains(.path) else { throw .malformed(.missingPath) }
            guard head.form != .asterisk || head.method == .options else { throw .malformed(.badPath) }
        }
        try takeHost()
        try collector.checkLength(head.fields)
        head.fields.joinCookies()
    }

    /// Settles who the request is for (RFC 9113 section 8.3.1).
    private mutating func takeHost() throws(H2HeadError) {
        do throws(H1Error) {
            try head.takeHost()
        } catch {
            switch error {
            case .repeatedHost: throw .malformed(.repeatedHost)
            case .hostMismatch: throw .malformed(.hostMismatch)
            default: throw .malformed(.badAuthority)
            }
        }
        guard head.authorityRange.count > 0 else { throw .malformed(.missingAuthority) }
        if head.method == .connect, !seen.contains(.protocol) { try head.aimAtAuthority() }
    }
}
