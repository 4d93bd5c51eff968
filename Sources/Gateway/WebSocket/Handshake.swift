internal import Bytes
internal import Crypto
internal import HTTP
internal import Transport

/// A WebSocket that a request asks for, while nobody has agreed to it yet (RFC 6455, section 4; RFC 8441).
///
/// Each hop has a handshake of its own, in the words of its protocol: the client's fields of the upgrade go no further than
/// any hop-by-hop field, and the service is asked anew. Where both speak HTTP/1.1 they share the key, so that the proof of
/// the service is the proof that the client wants.
///
/// An object, because every request's memory has room for one and few requests have one.
final class Handshake {
    /// The challenge.
    let key: [UInt8]
    /// The proof that the challenge was understood.
    let accept: [UInt8]
    /// What the WebSocket is opened under.
    let terms: TunnelTerms

    private init(key: [UInt8], accept: [UInt8], terms: TunnelTerms) {
        self.key = key
        self.accept = accept
        self.terms = terms
    }

    /// What a request asks for; nil when it is an ordinary one.
    ///
    /// The request becomes what it is whatever protocol it came by: a GET with an extended protocol, without a key.
    static func begin(
        _ exchange: Exchange, _ context: RequestContext, worker: Worker
    ) throws(Failure) -> Handshake? {
        let route = context.route!.route
        switch UpgradeRequest(exchange.request, framing: exchange.requestFraming) {
        case .none: return nil
        case .unknown: throw .unknownProtocol
        case .refused(let error): throw .badHandshake(error)
        case .webSocket: break
        }
        let isConnect = exchange.request.extendedProtocol != nil
        if route.response != nil {
            // An answer that opens nothing can be had over HTTP/1.1 only: an extended CONNECT would take it for success.
            if isConnect { throw .webSocketForbidden }
            return nil
        }
        guard worker.core.state.phase != .draining else { throw .draining }
        guard route.webSocket.isAllowed else { throw .webSocketForbidden }
        guard route.webSocket.allows(originOf: exchange.request) else { throw .corsForbidden }
        let key =
            isConnect
            ? WebSocketKey.key(nonce: SecureRandom.bytes(WebSocketKey.nonceLength).span)
            : exchange.request.fields.value(of: .secWebSocketKey).array
        exchange.request.fields.removeAll(of: .secWebSocketKey)
        exchange.request.setMethod(.get)
        if !isConnect { exchange.request.setExtendedProtocol(Self.protocolName.span) }
        return Handshake(
            key: key, accept: accept(key), terms: TunnelTerms(route.definition, in: worker.snapshot))
    }

    private static let protocolName = Array("websocket".utf8)

    /// Whether the answer of a service that has agreed proves that it knows what it has agreed to. Without that, a status
    /// that somebody else has chosen could turn a connection for requests into a tunnel past the gateway.
    func isProven(by head: borrowing ResponseHead) -> Bool {
        guard let index = head.fields.firstIndex(of: .secWebSocketAccept),
            head.fields.nextIndex(of: .secWebSocketAccept, after: index) == nil,
            let upgrade = head.fields.firstIndex(of: .upgrade),
            head.fields.nextIndex(of: .upgrade, after: upgrade) == nil
        else { return false }
        let accept = accept
        return head.fields.value(at: index).equals(accept.span)
            && head.fields.value(at: upgrade).equalsIgnoringCase("websocket") && ConnectionOptions(head.fields).upgrade
    }

    private static func accept(_ key: [UInt8]) -> [UInt8] {
        let digest = SHA1.digest(WebSocketKey.challenge(of: key.span).span)
        return WebSocketKey.accept(digest: digest.span)
    }
}
