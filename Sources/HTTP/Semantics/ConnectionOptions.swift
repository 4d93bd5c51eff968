import Bytes

/// What the `Connection` field says (RFC 9110 section 7.6.1).
public struct ConnectionOptions: Sendable, Equatable {
    /// `close`: this message is the connection's last.
    public var close = false
    /// `keep-alive`: a 1.0 peer asks for more messages.
    public var keepAlive = false
    /// `upgrade`: the `Upgrade` field is meant for this hop.
    public var upgrade = false

    /// The options that the fields name.
    public init(_ fields: borrowing FieldBlock) {
        var occurrence = fields.firstIndex(of: .connection)
        while let index = occurrence {
            let value = fields.value(at: index)
            var list = ListElements()
            while let range = list.next(in: value) {
                let option = value.extracting(range)
                if option.equalsIgnoringCase("close") {
                    close = true
                } else if option.equalsIgnoringCase("keep-alive") {
                    keepAlive = true
                } else if option.equalsIgnoringCase("upgrade") {
                    upgrade = true
                }
            }
            occurrence = fields.nextIndex(of: .connection, after: index)
        }
    }

    /// Whether the connection may carry another message (RFC 9112 section 9.3).
    public func isPersistent(in version: Version) -> Bool {
        switch version {
        case .http10: keepAlive && !close
        case .http11: !close
        case .http2: true
        }
    }
}
