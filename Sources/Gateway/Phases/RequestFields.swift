internal import Bytes
internal import HTTP
internal import JWT
internal import Reactor
internal import Transport

/// Turns the fields that a client sent into those that a service gets.
enum RequestFields {
    /// Makes the request's fields those that the service gets.
    static func prepare(_ exchange: Exchange, _ context: RequestContext, worker: Worker) throws(Failure) {
        let snapshot = worker.snapshot
        let peer = exchange.peer.internetAddress
        let isTrusted = peer.map { snapshot.configuration.trustedProxies.contains(address: $0) } ?? false
        let hasForwarded = exchange.request.fields.contains(.forwarded)
        try strip(&exchange.request.fields, owned: snapshot.ownedFields, isTrusted: isTrusted)
        addOrigin(
            to: &exchange.request, peer: peer, client: context.client, isTrusted: isTrusted, scratch: &worker.scratch)
        if hasForwarded { addForwarded(to: &exchange.request, peer: peer, scratch: &worker.scratch) }
        try addVia(
            &exchange.request.fields, version: exchange.request.version, identity: worker.core.identity,
            scratch: &worker.scratch)
        guard let route = context.route?.route else { return }
        if let principal = context.principal {
            addClaims(route.auth.claims, of: principal, to: &exchange.request.fields)
        }
        if !route.requestEdits.isEmpty { route.requestEdits.apply(to: &exchange.request.fields) }
    }

    /// Drops what is meant for one hop or is ours to say, and keeps the rest (RFC 9110, section 7.6).
    /// - Parameters:
    ///   - owned: names of fields that carry claims to services: a client must not be able to set them on any route.
    ///   - isTrusted: whether the peer is a proxy whose forwarding fields are believed.
    static func strip(
        _ fields: inout FieldBlock, owned: [[UInt8]], isTrusted: Bool
    ) throws(Failure) {
        do { try fields.removeHopByHop() } catch { throw .malformed(error) }
        fields.removeAll(of: .expect)
        // Written anew with the request line.
        fields.removeAll(of: .host)
        for name in owned { fields.removeAll(named: name.span) }
        if !isTrusted {
            fields.removeAll(of: .forwarded)
            fields.removeAll(of: .xForwardedFor)
            fields.removeAll(of: .xForwardedProto)
            fields.removeAll(of: .xForwardedHost)
            fields.removeAll(of: .xForwardedPort)
            fields.removeAll(of: .xForwardedPrefix)
            fields.removeAll(of: .xRealIP)
        }
    }

    /// Adds who the client is and how it came here.
    static func addOrigin(
        to head: inout RequestHead, peer: InternetAddress?, client: InternetAddress?, isTrusted: Bool,
        scratch: inout ByteBuffer
    ) {
        scratch.removeAll()
        if isTrusted, let index = head.fields.firstIndex(of: .xForwardedFor) {
            // Several fields are joined into the one that goes on.
            var next: Int? = index
            while let each = next {
                scratch.append(head.fields.value(at: each))
                scratch.append(", ")
                next = head.fields.nextIndex(of: .xForwardedFor, after: each)
            }
            head.fields.removeAll(of: .xForwardedFor)
        }
        if let peer { scratch.append(peer) } else { scratch.append("unix") }
        head.fields.append(.xForwardedFor, value: scratch.readable)
        if !isTrusted || !head.fields.contains(.xForwardedProto) {
            head.fields.append(.xForwardedProto, value: head.scheme.name)
        }
        if !isTrusted || !head.fields.contains(.xForwardedHost) {
            scratch.removeAll()
            scratch.append(head.authority)
            head.fields.append(.xForwardedHost, value: scratch.readable)
        }
        if let client {
            head.fields.removeAll(of: .xRealIP)
            scratch.removeAll()
            scratch.append(client)
            head.fields.append(.xRealIP, value: scratch.readable)
        }
    }

    /// Adds this hop to `Forwarded`, or what is left of it (RFC 7239, section 4).
    static func addForwarded(to head: inout RequestHead, peer: InternetAddress?, scratch: inout ByteBuffer) {
        scratch.removeAll()
        var next = head.fields.firstIndex(of: .forwarded)
        while let index = next {
            scratch.append(head.fields.value(at: index))
            scratch.append(", ")
            next = head.fields.nextIndex(of: .forwarded, after: index)
        }
        head.fields.removeAll(of: .forwarded)
        scratch.append("for=")
        if let peer {
            if !peer.isIPv4 { scratch.append("\"[") }
            scratch.append(peer)
            if !peer.isIPv4 { scratch.append("]\"") }
        } else {
            scratch.append("unknown")
        }
        scratch.append(";host=\"")
        scratch.append(head.authority)
        scratch.append("\";proto=")
        scratch.append(head.scheme.name)
        head.fields.append(.forwarded, value: scratch.readable)
    }

    /// Drops from the trailers what a client must not say in a header either: a service may read both alike.
    static func stripTrailers(_ trailers: inout FieldBlock, owned: [[UInt8]]) {
        if trailers.count == 0 { return }
        for name in owned { trailers.removeAll(named: name.span) }
        trailers.removeAll { index, fields in
            FieldSyntax.isAmbiguousName(fields.name(at: index)) || fields.known(at: index) == .xForwardedPrefix
        }
    }

    /// Adds this gateway to the trail of proxies (RFC 9110, section 7.6.3); a request that has passed it already goes round
    /// in a circle.
    static func addVia(_ fields: inout FieldBlock, version: Version, identity: [UInt8], scratch: inout ByteBuffer)
        throws(Failure)
    {
        var next = fields.firstIndex(of: .via)
        while let index = next {
            if contains(fields.value(at: index), identity.span) { throw .loop }
            next = fields.nextIndex(of: .via, after: index)
        }
        scratch.removeAll()
        scratch.append(version == .http10 ? "1.0 " : version == .http11 ? "1.1 " : "2 ")
        scratch.append(identity.span)
        fields.append(.via, value: scratch.readable)
    }

    /// Adds the claims of the principal that the route sends upstream.
    static func addClaims(
        _ claims: [(claim: [UInt8], header: CompiledField)], of principal: Principal, to fields: inout FieldBlock
    ) {
        for index in claims.indices {
            let (claim, field) = (claims[index].claim, claims[index].header.name)
            guard let value = principal.claim(claim.span) else { continue }
            fields.append(name: field.span, value: value.span)
        }
    }

    private static func contains(_ haystack: Span<UInt8>, _ needle: Span<UInt8>) -> Bool {
        guard haystack.count >= needle.count else { return false }
        for start in 0...(haystack.count - needle.count)
        where haystack.extracting(start..<start + needle.count).equals(needle) {
            return true
        }
        return false
    }
}

extension ByteBuffer {
    /// Appends an address in its textual form: IPv4, the common case, without a `String`.
    mutating func append(_ address: InternetAddress) {
        guard address.isIPv4 else {
            append(string: address.description)
            return
        }
        let bits = address.ipv4Bits
        append(decimal: UInt64(bits >> 24))
        for part: UInt32 in 1...3 {
            append(0x2E)
            append(decimal: UInt64((bits >> (24 - 8 * part)) & 255))
        }
    }
}
