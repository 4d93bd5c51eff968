import Bytes

/// What a request asks its connection or stream to become: by an upgrade over HTTP/1.1 (RFC 9110, section 7.8; RFC 6455,
/// section 4.2.1), by an extended CONNECT over HTTP/2 (RFC 8441).
///
/// A gateway passes on an upgrade only when it knows the protocol: it could neither tell where another one ends nor hold
/// the rules of its routes in it. So WebSocket is the only one. HTTP/2 in clear text (`h2c`) in particular would carry
/// requests past every check.
public enum UpgradeRequest: Equatable, Sendable {
    /// Nothing, or nothing that is heeded: an unknown protocol, one that `Connection` does not name, anything over
    /// HTTP/1.0. What remains is an ordinary request.
    case none
    /// A WebSocket, asked for as it should be.
    case webSocket
    /// Another protocol, in a way that allows no ordinary answer: an extended CONNECT. To be refused with 501.
    case unknown
    /// A WebSocket, in a way that has to be refused.
    case refused(HandshakeError)

    /// What a request asks for.
    ///
    /// - Parameters:
    ///   - head: the request, hop-by-hop fields included.
    ///   - framing: how its body is delimited.
    public init(_ head: borrowing RequestHead, framing: BodyFraming) {
        self = .none
        if let wanted = head.extendedProtocol {
            guard wanted.equalsIgnoringCase("websocket") else {
                self = .unknown
                return
            }
            self = Self.checkConnect(head, framing: framing)
            return
        }
        guard head.version == .http11, head.fields.contains(.upgrade), Self.namesWebSocket(head.fields),
            ConnectionOptions(head.fields).upgrade
        else { return }
        do {
            try Self.check(head, framing: framing)
            self = .webSocket
        } catch {
            self = .refused(error)
        }
    }

    /// Whether one of the protocols on offer, in however many fields, is `websocket`.
    private static func namesWebSocket(_ fields: borrowing FieldBlock) -> Bool {
        var occurrence = fields.firstIndex(of: .upgrade)
        while let index = occurrence {
            let value = fields.value(at: index)
            var list = ListElements()
            while let range = list.next(in: value) {
                if value.extracting(range).equalsIgnoringCase("websocket") { return true }
            }
            occurrence = fields.nextIndex(of: .upgrade, after: index)
        }
        return false
    }

    private static func check(_ head: borrowing RequestHead, framing: BodyFraming) throws(HandshakeError) {
        guard head.method == .get else { throw .badMethod }
        // Where a body ended and frames began would be anyone's guess.
        guard framing == .none else { throw .hasBody }
        try checkVersion(head.fields)
        guard let index = head.fields.firstIndex(of: .secWebSocketKey),
            head.fields.nextIndex(of: .secWebSocketKey, after: index) == nil,
            WebSocketKey.isValid(head.fields.value(at: index))
        else { throw .badKey }
    }

    /// An extended CONNECT has no key: its stream cannot be anybody else's (RFC 8441, section 5).
    private static func checkConnect(_ head: borrowing RequestHead, framing: BodyFraming) -> UpgradeRequest {
        if case .length = framing { return .refused(.hasBody) }
        do {
            try checkVersion(head.fields)
            return .webSocket
        } catch {
            return .refused(error)
        }
    }

    /// Checks `Sec-WebSocket-Version`, which requests over HTTP/1 and HTTP/2 have alike.
    private static func checkVersion(_ fields: borrowing FieldBlock) throws(HandshakeError) {
        guard let index = fields.firstIndex(of: .secWebSocketVersion),
            fields.nextIndex(of: .secWebSocketVersion, after: index) == nil,
            fields.value(at: index).equals("13")
        else { throw .unsupportedVersion }
    }
}

/// What is wrong with a request for a WebSocket (RFC 6455, section 4.2.1).
public enum HandshakeError: UInt8, Error, CaseIterable, Sendable {
    /// The method is not GET.
    case badMethod
    /// There is a body.
    case hasBody
    /// `Sec-WebSocket-Key` is missing, repeated, or not the base64 of 16 bytes.
    case badKey
    /// `Sec-WebSocket-Version` is not 13, the only one (section 4.4): to be answered with 426.
    case unsupportedVersion
}
