import Bytes

extension KnownField {
    /// Whether the field is meant for one connection only and is never forwarded (RFC 9110 section 7.6.1).
    public var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .upgrade, .http2Settings,
            .proxyAuthenticate, .proxyAuthorization:
            true
        default: false
        }
    }

    /// Whether `Connection` may make a forwarder drop the field. Those that carry framing, identity or the trail of
    /// proxies may not be: a client could otherwise hide them from the services behind the gateway.
    var isDroppedWhenNamed: Bool {
        switch self {
        case .host, .contentLength, .transferEncoding, .contentType, .contentEncoding, .authorization, .cookie,
            .setCookie, .via, .forwarded, .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedPort,
            .xForwardedPrefix, .xRealIP, .xRequestID, .traceparent, .tracestate, .idempotencyKey, .origin,
            .cacheControl,
            .strictTransportSecurity, .accessControlAllowOrigin, .accessControlAllowCredentials:
            false
        default: true
        }
    }
}

extension FieldBlock {
    /// How many options `Connection` may name, which bounds the work of dropping them.
    static let connectionOptionLimit = 64

    /// Drops what is not to be forwarded: hop-by-hop fields, those that `Connection` names, and those whose names other
    /// servers could take for another field (see ``FieldSyntax/isAmbiguousName(_:)``).
    ///
    /// Call it before the gateway adds fields of its own, which then nobody can name away.
    public mutating func removeHopByHop() throws(H1Error) {
        try removeConnectionNamed()
        removeAll { index, fields in
            let known = fields.known(at: index)
            return known.isHopByHop || (known == .other && FieldSyntax.isAmbiguousName(fields.name(at: index)))
        }
    }

    private mutating func removeConnectionNamed() throws(H1Error) {
        var options = 0
        var occurrence = firstIndex(of: .connection)
        while let index = occurrence {
            let start = Int(entries[index].value.start)
            var list = ListElements()
            while let range = list.next(in: value(at: index)) {
                options += 1
                guard options <= Self.connectionOptionLimit else { throw .tooManyConnectionOptions }
                markNamed(by: range.lowerBound + start..<range.upperBound + start)
            }
            occurrence = nextIndex(of: .connection, after: index)
        }
        if options > 0 { entries.removeAll { $0.isDropped } }
    }

    /// Marks the fields whose name is the bytes in `option`.
    private mutating func markNamed(by option: Range<Int>) {
        let known = KnownField(name: bytes.readable.extracting(option))
        if known.isHopByHop || !known.isDroppedWhenNamed { return }
        for index in entries.indices where entries[index].known == known {
            let isNamed =
                known != .other
                || bytes.readable.extracting(entries[index].name.range)
                    .equalsIgnoringCase(bytes.readable.extracting(option))
            if isNamed { entries[index].isDropped = true }
        }
    }
}

extension FieldSyntax {
    /// Whether the name holds `_` or `.`, which CGI and its heirs read as `-`: `X_Forwarded_For` would pass for another
    /// field.
    public static func isAmbiguousName(_ name: Span<UInt8>) -> Bool {
        for index in name.indices where name[index] == UInt8(ascii: "_") || name[index] == Byte.period { return true }
        return false
    }
}
