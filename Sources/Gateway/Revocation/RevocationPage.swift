internal import Bytes
internal import JWT

/// What a service answers when it is asked for revocations: those that came after a number, in the order of their numbers.
///
///     {"next": 17, "revoked": [{"id": "<jti or sid>", "expires": 1767225600}]}
struct RevocationPage: Equatable {
    /// What to ask for next: the number of the last revocation that the service has told of.
    let next: UInt64
    let entries: [Entry]

    /// A token or a session that no longer counts.
    struct Entry: Equatable {
        let key: RevocationKey
        /// The Unix second from which no token of it would count anyway.
        let expiry: Int64
    }

    /// Reads an answer; nil when it is none.
    init?(parsing bytes: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: bytes))?.root,
            case .number(let number)? = root["next"]?.kind, let next = UInt64(number),
            case .array(let nodes)? = root["revoked"]?.kind
        else { return nil }
        var entries: [Entry] = []
        entries.reserveCapacity(nodes.count)
        for node in nodes {
            guard let entry = Entry(node) else { return nil }
            entries.append(entry)
        }
        self.next = next
        self.entries = entries
    }
}

extension RevocationPage.Entry {
    fileprivate init?(_ node: JSONNode) {
        guard case .string(let id)? = node["id"]?.kind, !id.isEmpty, case .number(let number)? = node["expires"]?.kind,
            let seconds = Double(number), let expiry = Int64(exactly: seconds.rounded(.up))
        else { return nil }
        key = RevocationKey(Array(id.utf8).span)
        self.expiry = expiry
    }
}
